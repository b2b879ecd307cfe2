"""`manage.py run`: everything, from one command."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webapp.launch.console import Console
from webapp.launch.guards import CannotStartError
from webapp.launch.launcher import launch
from webapp.launch.redis_server import RedisUnavailableError


class Command(BaseCommand):
    help = "Start Redis, the web server, the workers and beat, and keep them running."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            launch(Console(sys.stdout))
        except (CannotStartError, RedisUnavailableError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped before it was started.") from None
