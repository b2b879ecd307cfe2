"""The web side of Tandem."""
