"""From parallel text to a translation model: corpus, vocabulary, training, scores."""
