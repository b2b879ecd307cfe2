"""Look-ups: who waits, who works, which models there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Avg, Count, Q
from django.utils.translation import gettext as _

from inference.contract import ModelInfo, ModelState, ModelStatus, ModelTask
from webapp.generation.heartbeats import WorkerStatus, workers_alive
from webapp.generation.models import Generation, UsageRecord

__all__ = [
    "ModelOffer",
    "QueuePosition",
    "model_statuses",
    "models_offered",
    "queue_position",
    "sampling_wished",
    "statuses_merge",
    "totals_by_status",
    "workers_alive",
]

_RECENT = 20  # answers from which the next wait is guessed


@dataclass(frozen=True, slots=True)
class QueuePosition:
    position: int  # 1: next
    wait_seconds: float | None  # None: nothing was answered yet to judge by


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """A model as the picker shows it. state: loading, ready, failed, or absent."""

    name: str
    label: str
    state: str
    progress: float = 0.0
    reason: str = ""
    context_length: int | None = None
    # It reads one message and not the conversation (an encoder-decoder).
    reads_one_message: bool = False
    # The model's own wishes, where nobody says otherwise.
    sampling: Mapping[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Its label, and that it is not ready, in the active language."""
        if self.state == ModelState.READY:
            return self.label
        if self.state == ModelState.LOADING:
            return _("%(model)s (loading)") % {"model": self.label}
        return _("%(model)s (not ready)") % {"model": self.label}


def queue_position(
    generation: Generation, workers: Sequence[WorkerStatus] | None = None
) -> QueuePosition:
    """How many are before it. Interactive ones go before all of the batch."""
    ahead = Q(queue=generation.queue, queued_at__lt=generation.queued_at)
    if generation.queue == Generation.Queue.BATCH:
        ahead |= Q(queue=Generation.Queue.INTERACTIVE)
    waiting = Generation.objects.filter(ahead, status=Generation.Status.QUEUED)
    position = waiting.count() + 1
    alive = workers_alive() if workers is None else workers
    return QueuePosition(position, _wait_seconds(position, alive))


def _wait_seconds(position: int, workers: Sequence[WorkerStatus]) -> float | None:
    slots = sum(worker.slots for worker in workers)
    free = slots - sum(worker.running for worker in workers)
    if free >= position:
        return 0.0
    recent = UsageRecord.objects.order_by("-finished_at")[:_RECENT]
    mean = recent.aggregate(mean=Avg("run_seconds"))["mean"]
    return position * mean / slots if mean and slots else None


def model_statuses(
    workers: Sequence[WorkerStatus] | None = None,
) -> dict[str, ModelStatus]:
    """The best that any living worker says of each model."""
    return statuses_merge(workers_alive() if workers is None else workers)


def statuses_merge(workers: Sequence[WorkerStatus]) -> dict[str, ModelStatus]:
    best: dict[str, ModelStatus] = {}
    for worker in workers:
        for status in worker.models:
            known = best.get(status.name)
            if known is None or _rank(status) > _rank(known):
                best[status.name] = status
    return best


def _rank(status: ModelStatus) -> tuple[int, float]:
    order = [ModelState.FAILED, ModelState.LOADING, ModelState.READY]
    return order.index(status.state), status.progress


def models_offered() -> list[ModelOffer]:
    """All that the settings name, the first one first."""
    statuses = model_statuses()
    return [_offer(name, statuses.get(name)) for name in settings.MODEL_NAMES]


def _offer(name: str, status: ModelStatus | None) -> ModelOffer:
    if status is None:
        return ModelOffer(name, name, "absent")
    return ModelOffer(
        name=name,
        label=status.info.label if status.info else name,
        state=status.state.value,
        progress=status.progress,
        reason=status.reason,
        context_length=status.info.context_length if status.info else None,
        reads_one_message=bool(status.info and status.info.task is ModelTask.TEXT),
        sampling=sampling_wished(status.info),
    )


def sampling_wished(info: ModelInfo | None) -> dict[str, float]:
    """Settings of SamplingParams that this model is best asked with."""
    wishes: dict[str, float] = {}
    if info is None:
        return wishes
    if info.task is ModelTask.TEXT:
        wishes["temperature"] = 0.0  # of a translation nobody wants the second best
    if info.repetition_penalty != 1.0:
        wishes["repetition_penalty"] = info.repetition_penalty
    return wishes


def totals_by_status() -> dict[str, int]:
    rows = Generation.objects.values_list("status").annotate(Count("id")).order_by()
    return {status: 0 for status in Generation.Status.values} | dict(rows)
