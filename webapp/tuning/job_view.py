"""A job in people's words: how far it is, old scores beside new ones, samples."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from webapp.tuning.models import TuningJob
from webapp.tuning.words import training_message


@dataclass(frozen=True, slots=True)
class Score:
    """One figure of old and new. `is_better`: None where the two are even."""

    label: str
    old: str
    new: str
    is_better: bool | None


@dataclass(frozen=True, slots=True)
class Sample:
    asked: str
    wanted: str
    old: str
    new: str
    direction: str


class JobView:
    def __init__(self, job: TuningJob) -> None:
        self.job = job
        self.version = job.version
        self._scores: dict[str, Any] = job.version.scores if job.version else {}

    @property
    def sentence(self) -> str:
        """Where it stands; never a bare spinner."""
        if self.job.status == TuningJob.Status.QUEUED:
            return _("Waiting for a train worker")
        if self.job.status != TuningJob.Status.RUNNING:
            return self.job.get_status_display()
        if self.job.cancel_requested_at:
            return _("Stopping after the step it is in")
        words = _PHASES.get(self._phase, _reading)
        return words(self.job.progress)

    @property
    def _phase(self) -> str:
        return str(self.job.progress.get("phase", "reading"))

    @property
    def percent(self) -> int | None:
        """Of the training or the scoring; None where nobody can tell."""
        total = self.job.progress.get("total")
        if self.job.is_finished or not total:
            return None
        return round(100 * int(self.job.progress.get("done", 0)) / int(total))

    @property
    def has_curve(self) -> bool:
        return self.job.started_at is not None and self._phase != "reading"

    @property
    def curve_stamp(self) -> str:
        """Changes with the picture, so that the browser fetches it again."""
        return f"{self._phase}-{self.job.progress.get('done', 0)}"

    @property
    def scores(self) -> list[Score]:
        if not self._scores:
            return []
        rows = []
        for direction, figures in self._scores["translation"].items():
            for name, (old, new) in figures.items():
                label = f"{direction} · {_METRICS[name]}"
                rows.append(_score(label, old, new, is_low_good=name == "ter"))
        old, new = self._scores["loss"]
        label = _("Loss, nats a token")
        rows.append(_score(label, old, new, digits=3, is_low_good=True))
        return rows

    @property
    def win_rate(self) -> str:
        """Said precisely, because "wins" alone could mean anything."""
        if not self._scores:
            return ""
        return _(
            "On %(percent)s%% of %(items)s held-out examples the new model finds the"
            " wanted answer likelier than the old one does (mean log-probability a"
            " token; a tie is half a win)."
        ) % {
            "percent": number_format(100 * self._scores["win_rate"], 0),
            "items": self._scores["items"],
        }

    @property
    def samples(self) -> list[Sample]:
        return [Sample(**sample) for sample in self._scores.get("samples", [])]

    @property
    def report(self) -> list[str]:
        """What became of the data."""
        return [training_message(line) for line in self.job.report]

    @property
    def signatures(self) -> list[str]:
        return list(self._scores.get("signatures", []))


def _score(
    label: str, old: float, new: float, *, digits: int = 1, is_low_good: bool = False
) -> Score:
    gain = old - new if is_low_good else new - old
    is_even = abs(gain) < 0.5 * 10**-digits
    return Score(
        label=label,
        old=number_format(old, digits),
        new=number_format(new, digits),
        is_better=None if is_even else gain > 0,
    )


def _reading(_progress: dict[str, Any]) -> str:
    return _("Reading the model and the data")


def _training(progress: dict[str, Any]) -> str:
    words = _("Step %(done)s of %(total)s, loss %(loss)s") % {
        "done": progress["done"],
        "total": progress["total"],
        "loss": number_format(progress["loss"], 3),
    }
    seconds = round(progress.get("seconds_left") or 0)
    left = _("about %(minutes)s min left") % {"minutes": max(1, round(seconds / 60))}
    return f"{words} · {left}"


def _scoring(progress: dict[str, Any]) -> str:
    return _("Comparing old and new, %(done)s of %(total)s") % {
        "done": progress["done"],
        "total": progress["total"],
    }


_PHASES: dict[str, Callable[[dict[str, Any]], str]] = {
    "reading": _reading,
    "training": _training,
    "writing": lambda _progress: _("Writing the new model"),
    "scoring": _scoring,
}
_METRICS = {"chrf": "chrF++", "bleu": "BLEU", "ter": "TER"}
