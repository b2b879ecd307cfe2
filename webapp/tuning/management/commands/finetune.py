"""`manage.py finetune`: start a job from the command line, and follow it."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from webapp.common.errors import ApplicationError
from webapp.tuning.forms import METHODS
from webapp.tuning.job_view import JobView
from webapp.tuning.models import ModelVersion, TuningJob
from webapp.tuning.selectors import job_get
from webapp.tuning.services import job_cancel, job_start

_LOOK_SECONDS = 1.0
_CHUNK = 1 << 20


class Command(BaseCommand):
    help = "Fine-tune a model on a data set. A train worker does it, on its queue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--model", required=True, help="as people pick it")
        parser.add_argument(
            "--from-version", type=int, dest="number", help="to train from"
        )
        parser.add_argument("--data", type=Path, required=True, metavar="FILE")
        parser.add_argument("--direction", default="", metavar="en-fr")
        parser.add_argument("--method", choices=[name for name, _ in METHODS])
        parser.add_argument("--epochs", type=int)
        parser.add_argument("--learning-rate", type=float, dest="learning_rate")
        parser.add_argument("--detach", action="store_true", help="do not follow it")

    def handle(self, *_args: Any, **options: Any) -> None:
        job = self._start(options)
        self.stdout.write(f"The job {job.pk} waits for a train worker.")
        if options["detach"]:
            return
        try:
            self._follow(job)
        except KeyboardInterrupt:
            job_cancel(job=job)
            raise CommandError("Stopped; the page of models lets it go on.") from None

    def _start(self, options: dict[str, Any]) -> TuningJob:
        given = ("method", "epochs", "learning_rate")
        try:
            return job_start(
                person=None,
                model=options["model"],
                base=_version(options["model"], options["number"]),
                data_name=options["data"].name,
                data=_chunks(options["data"]),
                direction=options["direction"],
                settings={n: options[n] for n in given if options[n] is not None},
            )
        except (ApplicationError, OSError) as error:
            raise CommandError(str(error)) from error

    def _follow(self, job: TuningJob) -> None:
        said = ""
        while not job.is_finished:
            sentence = JobView(job).sentence
            if sentence != said:
                self.stdout.write(sentence)
                said = sentence
            time.sleep(_LOOK_SECONDS)
            job = job_get(job_id=job.pk)
        self._tell_end(job)

    def _tell_end(self, job: TuningJob) -> None:
        if job.status != TuningJob.Status.DONE:
            raise CommandError(job.failure or "The job was stopped.")
        view = JobView(job)
        for line in view.report:
            self.stdout.write(line)
        for score in view.scores:
            self.stdout.write(f"{score.label:<24} {score.old:>8} -> {score.new:>8}")
        self.stdout.write(view.win_rate)
        assert job.version is not None
        self.stdout.write(
            f"Version {job.version.number} of {job.model} is a candidate:"
            " promote it on the page of models."
        )


def _version(model: str, number: int | None) -> ModelVersion | None:
    if number is None:
        return None
    version = ModelVersion.objects.filter(model=model, number=number).first()
    if version is None:
        raise CommandError(f"{model} has no version {number}")
    return version


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
