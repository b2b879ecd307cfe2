"""The Celery application of a model worker.

python -m celery -A inference.worker.app worker --pool threads ...
"""

from webapp.celery import app

# Not autodiscovered: the default worker and beat must never load a model.
app.conf.imports = (*app.conf.imports, "inference.worker.tasks")

__all__ = ["app"]
