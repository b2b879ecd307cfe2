"""What the default worker does for generations."""

from celery import shared_task

from webapp.generation.sweeper import sweep


@shared_task(name="generation.sweep")
def sweep_task() -> None:
    sweep()
