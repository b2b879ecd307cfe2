"""The Celery application. Only `generation/dispatch.py` names its tasks."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
# The checks read every address and template, which a worker never needs; they run
# with `migrate` and in the tests.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

app = Celery("tandem")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
