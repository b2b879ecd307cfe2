"""Machine translation: a generation for each segment, watched by everybody."""
