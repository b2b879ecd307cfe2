"""Models on disk: what they are, where they come from, and how they are loaded."""
