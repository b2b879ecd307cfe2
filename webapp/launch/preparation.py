"""What must be there before anything starts: models, tables, static files."""

import os
import signal
import subprocess
import sys

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from webapp.accounts.services import setup_link_create
from webapp.launch.console import Console
from webapp.launch.static_files import static_collect
from webapp.launch.tether import tether_command

SCRIPTED = "scripted"  # a model that needs no files, for tests and measurements
_END_SECONDS = 5.0


def prepare(console: Console) -> bool:
    """Make everything ready; whether all models are installed."""
    are_installed = models_install()
    if not are_installed:
        console.say("A model is missing (see above). Starting all the same.")
    database_migrate(console)
    if static_collect():
        console.say("Collected the static files")
    return are_installed


def models_install() -> bool:
    """In a process of its own: it may load libraries that we need not keep.

    It writes to our terminal, so that its progress bar is seen.
    """
    models = [name for name in settings.TANDEM_MODELS if name != SCRIPTED]
    if not models:
        return True
    home = str(settings.TANDEM_MODELS_HOME)
    install = ("-m", "inference.models.install", "--models-home", home)
    process = subprocess.Popen(  # noqa: S603  # models are named by our settings
        (*tether_command(signal.SIGKILL), sys.executable, *install, *models),
        cwd=settings.BASE_DIR,
        start_new_session=True,
    )
    try:
        return process.wait() == 0
    except KeyboardInterrupt:
        _interrupt(process)
        raise


def setup_link_say(console: Console) -> None:
    """A new link each time, for as long as there is no administrator."""
    link = setup_link_create()
    connections.close_all()
    if link:
        console.say(f"There is no administrator yet. Make one, once: {link}")


def _interrupt(process: "subprocess.Popen[bytes]") -> None:
    """Ctrl-C, passed on to it and to all that it started."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def database_migrate(console: Console) -> None:
    executor = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        console.say(f"Preparing the database ({len(plan)} migrations)")
        call_command("migrate", interactive=False, verbosity=0)
    connections.close_all()
