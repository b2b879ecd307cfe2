"""`manage.py prepare`: what must be there before a deployment starts."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from webapp.launch.console import Console
from webapp.launch.preparation import prepare, setup_link_say


class Command(BaseCommand):
    help = "Fetch models, migrate the database, collect the static files."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        console = Console(sys.stdout)
        prepare(console)
        setup_link_say(console)
