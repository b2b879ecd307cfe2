"""What the default worker does for translations."""

import time
from uuid import UUID

from celery import shared_task

from webapp.generation.dispatch import end_tell_again
from webapp.workspace.machine.pump import runs_are_busy, runs_pump
from webapp.workspace.machine.runs import PUMP_TASK
from webapp.workspace.services.importing import (
    IMPORT_TASK,
    document_read,
    imports_sweep,
)

# Ends that come close together are taken in together: a turn costs the same for many.
# The workers have enough before them for longer than that, but at a run's beginning;
# and at its end nothing comes that would be worth the wait.
GATHER_SECONDS = 0.1


@shared_task(name=PUMP_TASK)
def pump_task() -> None:
    """Some generation has ended, or something was started."""
    if runs_are_busy():
        time.sleep(GATHER_SECONDS)
    end_tell_again(PUMP_TASK)
    runs_pump()


@shared_task(name="workspace.sweep")
def sweep_task() -> None:
    """Each second: what a lost message or a dead worker left behind."""
    runs_pump()
    imports_sweep()


@shared_task(name=IMPORT_TASK)
def import_task(document_id: str) -> None:
    document_read(document_id=UUID(document_id))
