"""The Celery application of a train worker.

python -m celery -A inference.worker.train_app worker --queues train ...
"""

from webapp.celery import app

# Not autodiscovered: no other process may ever train. It imports no library of models
# until there is a job.
app.conf.imports = (*app.conf.imports, "inference.worker.train_tasks")

__all__ = ["app"]
