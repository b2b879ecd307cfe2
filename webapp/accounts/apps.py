from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "webapp.accounts"
    verbose_name = _("People and teams")

    def ready(self) -> None:
        # Receivers need the models, which exist only now.
        import_module("webapp.accounts.signals")
