"""The model side of Tandem: engine, models, text. Knows nothing of Django."""
