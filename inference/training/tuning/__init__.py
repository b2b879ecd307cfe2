"""From a team's own texts to a better model: read, split, train, score old and new."""
