"""Teams translate documents together."""
