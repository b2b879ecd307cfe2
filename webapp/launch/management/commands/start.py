"""`manage.py start NAME`: become one process, for those who supervise by themselves."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from webapp.launch.processes import NAMES, process_specs


class Command(BaseCommand):
    help = "Start one process, as `manage.py run` would, in place of this one."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=NAMES)

    def handle(self, *_args: Any, **options: Any) -> None:
        specs = {spec.name: spec for spec in process_specs(models_are_installed=False)}
        spec = specs[options["name"]]
        environment = {**os.environ, **spec.environment}
        os.execvpe(spec.command[0], spec.command, environment)  # noqa: S606  # no shell
