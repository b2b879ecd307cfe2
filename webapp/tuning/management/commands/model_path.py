"""`manage.py model_path NAME`: where a model lies, for other programs to load it."""

import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.tuning.selectors import model_spec, tunable_names, versions_promoted


class Command(BaseCommand):
    help = "Print the directory of the version of a model that serves."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", help=f"one of {', '.join(tunable_names())}")

    def handle(self, *_args: Any, model: str, **_options: Any) -> None:
        if model not in tunable_names():
            known = ", ".join(tunable_names()) or "none"
            raise CommandError(f"{model}: no such model; TANDEM_MODELS offers {known}")
        promoted = [v.directory for v in versions_promoted() if v.model == model]
        self.stdout.write(_directory((promoted or [model_spec(model)])[0]))


def _directory(spec: str) -> str:
    """Asked of a process of its own: a web process knows no models."""
    home = str(settings.TANDEM_MODELS_HOME)
    found = subprocess.run(  # noqa: S603 a model that our settings or rows name
        (sys.executable, "-m", "inference.models.where", spec, "--models-home", home),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        raise CommandError(found.stderr.strip())
    return found.stdout.strip()
