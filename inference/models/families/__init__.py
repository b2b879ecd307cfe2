"""Families of models: from config.json and the tensors of a file to a blueprint."""
