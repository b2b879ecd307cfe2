"""Only a model worker pays for a model: the others never load its libraries."""

import os
import subprocess
import sys

import pytest

from tests.product import REPOSITORY

HEAVY = ("torch", "transformers", "safetensors", "tokenizers", "numpy", "gguf")
PROBE = "import sys; print(*sorted(set({heavy!r}) & set(sys.modules)))"
WEB = "import webapp.asgi; from django.urls import reverse; reverse('account_login');"
CELERY = "from webapp.celery import app; app.loader.import_default_modules();"
TRAIN = (
    "from inference.worker.train_app import app; app.loader.import_default_modules();"
)


@pytest.mark.parametrize(
    "start",
    [WEB, CELERY, TRAIN],
    ids=["web", "default worker and beat", "a train worker without a job"],
)
def test_it_imports_no_model_library(start: str) -> None:
    """In a process of its own: the tests themselves have imported everything."""
    code = start + PROBE.format(heavy=HEAVY)
    command = [sys.executable, "-c", "import django; django.setup();" + code]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "webapp.settings"}
    loaded = subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env=environment,
    )
    assert loaded.stdout.split() == []
