"""What the default worker does for fine-tuning."""

from celery import shared_task

from webapp.tuning.sweeper import tuning_sweep


@shared_task(name="tuning.sweep")
def tuning_sweep_task() -> None:
    tuning_sweep()
