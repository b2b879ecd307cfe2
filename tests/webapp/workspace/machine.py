"""A run, and a model worker by hand: generations end as a test says."""

from collections.abc import Sequence
from typing import Any

from inference.contract import ModelInfo, ModelState, ModelStatus, ModelTask
from tests.webapp.workspace.factories import segments_of
from webapp.accounts.models import User
from webapp.generation.heartbeats import WorkerStatus, heartbeat_send
from webapp.generation.models import Generation
from webapp.generation.services import Ending, generation_claim, generation_end
from webapp.workspace.machine.pump import runs_pump
from webapp.workspace.machine.runs import run_start
from webapp.workspace.models import Document, Segment, TranslationRun
from webapp.workspace.services.segments import segment_edit


def start(person: User, document: Document, **options: object) -> TranslationRun:
    return run_start(person=person, document_id=document.pk, **options)  # type: ignore[arg-type]  # as the test says


def save(person: User, segment: Segment, target: str) -> Segment:
    return segment_edit(
        person=person,
        document=segment.document,
        segment_id=segment.pk,
        version=segment.version,
        target=target,
    )


def targets(document: Document) -> list[str]:
    return [segment.target for segment in segments_of(document)]


def in_flight(document: Document) -> list[Segment]:
    """Segments that are being translated, in the order in which they were asked for."""
    running = document.segments.filter(machine=Segment.Machine.RUNNING)
    return list(running.select_related("generation").order_by("generation__queued_at"))


def finish(
    segment: Segment,
    text: str,
    *,
    status: str = Generation.Status.DONE,
    reason: str = Generation.FinishReason.STOP,
    logprobs: Sequence[float] = (),
    error: dict[str, Any] | None = None,
) -> None:
    """Its worker writes `text`, and the generation is over."""
    segment.refresh_from_db()
    assert segment.generation is not None
    claimed = generation_claim(
        generation_id=segment.generation.pk, worker="box:1", model_version="v1"
    )
    assert claimed is not None
    tokens = [[text, value, [], []] for value in logprobs]
    ended = generation_end(
        generation_id=claimed.pk,
        epoch=claimed.epoch,
        ending=Ending(
            status=status,
            finish_reason=reason,
            output=text,
            output_token_ids=range(1, len(text) + 1),
            error_code=(error or {}).get("code", ""),
            error_params={k: v for k, v in (error or {}).items() if k != "code"},
            explanation={"source": [], "tokens": tokens} if tokens else None,
        ),
    )
    assert ended


def translate_all(document: Document, text: str = "[%s]") -> None:
    """Until nothing is left to do."""
    runs_pump()
    while segments := in_flight(document):
        for segment in segments:
            finish(segment, text % segment.source)
        runs_pump()


def translator_say(*languages: str) -> None:
    """A worker has the model, and it is one that translates, and loops easily."""
    info = ModelInfo(
        *("scripted", "Scripted", "t5", "v1", 512, "", languages, ModelTask.TEXT),
        repetition_penalty=1.2,
    )
    status = ModelStatus("scripted", ModelState.READY, info=info)
    heartbeat_send(WorkerStatus("box:1", slots=4, running=0, models=(status,)))
