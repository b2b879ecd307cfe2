"""Print the address at which the first administrator is made."""

from typing import Any

from django.core.management.base import BaseCommand

from webapp.accounts.services import setup_link_create


class Command(BaseCommand):
    help = "Print a one-time address to make the first administrator at."

    def handle(self, *args: Any, **options: Any) -> None:
        url = setup_link_create()
        self.stdout.write(url or "There is an administrator already.")
