"""Between Celery and the engine: rows are claimed, tokens told, check-points kept."""
