"""Files in and out: each format takes a file apart into units, and gives the original
back with only the translations changed. Knows nothing of Django."""
