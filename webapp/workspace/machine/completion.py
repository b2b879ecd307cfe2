"""What may follow a beginning that somebody typed."""

from dataclasses import dataclass, replace

from django.db import transaction

from webapp.accounts.models import User
from webapp.common.ids import new_id
from webapp.generation.models import Generation
from webapp.generation.services import generation_start
from webapp.workspace.live.unmask import prefix_mask
from webapp.workspace.machine.models_known import pair_check
from webapp.workspace.machine.prompt import asked_alone, scope_of
from webapp.workspace.models import Document
from webapp.workspace.permissions import Action, project_check
from webapp.workspace.placeholders import Masked, mask
from webapp.workspace.selectors import segment_get
from webapp.workspace.texts import checked_text

MAX_TOKENS = 64  # of one completion; people take it word by word


@dataclass(frozen=True, slots=True)
class Started:
    generation: Generation
    masked: Masked


@transaction.atomic
def completion_start(
    *, person: User, document: Document, segment_id: int, prefix: str
) -> Started:
    """Somebody waits for it: it goes before all of the batch.

    Raises ApplicationError: forbidden, quota, language.
    """
    project_check(person=person, project=document.project, action=Action.TRANSLATE)
    segment = segment_get(document=document, segment_id=segment_id)
    project = document.project
    # Or each pause of somebody who types leaves a failed answer behind.
    pair_check(
        model=project.model,
        source_language=document.source_language,
        target_language=document.target_language,
    )
    masked = mask(segment.source, segment.codes)
    messages, sampling = asked_alone(document, masked)
    generation = generation_start(
        person=person,
        team=project.team,
        purpose=Generation.Purpose.COMPLETION,
        queue=Generation.Queue.INTERACTIVE,
        model=project.model,
        messages=messages,
        sampling=replace(
            sampling,
            logprobs=None,
            alignment=False,
            max_tokens=min(MAX_TOKENS, sampling.max_tokens),
        ),
        idempotency_key=new_id().hex,
        forced_prefix=prefix_mask(masked, checked_text(prefix)),
        source_language=document.source_language,
        target_language=document.target_language,
        preset_scope=scope_of(project),
    )
    return Started(generation, masked)
