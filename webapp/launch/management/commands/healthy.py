"""`manage.py healthy NAME`: exit code 0 when that process is well."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.launch.health import is_healthy
from webapp.launch.processes import NAMES


class Command(BaseCommand):
    help = "Ask one process on this host whether it is well."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=NAMES)

    def handle(self, *_args: Any, **options: Any) -> None:
        if not is_healthy(options["name"]):
            raise CommandError(f"{options['name']} does not answer")
