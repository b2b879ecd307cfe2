"""A segment's best translations, of which a person takes one."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from webapp.accounts.models import User
from webapp.common.ids import new_id
from webapp.generation.models import Generation
from webapp.generation.services import generation_start
from webapp.workspace.machine.completion import Started
from webapp.workspace.machine.models_known import crew_now, pair_check
from webapp.workspace.machine.prompt import asked_alone, scope_of
from webapp.workspace.models import Document
from webapp.workspace.permissions import Action, project_check
from webapp.workspace.placeholders import Masked, mask, restore
from webapp.workspace.selectors import segment_get

COUNT = 4
TEMPERATURE = 0.8  # of a model that can be talked to: it has no beams


@transaction.atomic
def alternatives_start(*, person: User, document: Document, segment_id: int) -> Started:
    """A search of the best by a translation model, drawn ones by another.

    Raises ApplicationError: forbidden, quota, language.
    """
    project_check(person=person, project=document.project, action=Action.TRANSLATE)
    segment = segment_get(document=document, segment_id=segment_id)
    project = document.project
    pair_check(
        model=project.model,
        source_language=document.source_language,
        target_language=document.target_language,
    )
    masked = mask(segment.source, segment.codes)
    messages, sampling = asked_alone(document, masked)
    is_translator = crew_now(project.model).is_translator
    way = {"num_beams": COUNT} if is_translator else {"temperature": TEMPERATURE}
    generation = generation_start(
        person=person,
        team=project.team,
        purpose=Generation.Purpose.COMPLETION,
        queue=Generation.Queue.INTERACTIVE,
        model=project.model,
        messages=messages,
        sampling=replace(sampling, n=COUNT, logprobs=None, alignment=False, **way),
        idempotency_key=new_id().hex,
        source_language=document.source_language,
        target_language=document.target_language,
        preset_scope=scope_of(project),
    )
    return Started(generation, masked)


def alternatives_read(*, generation: Generation, masked: Masked) -> Sequence[str]:
    """Of one that has ended: each text once, and none with a broken placeholder."""
    generation.refresh_from_db()
    outputs = [generation.output, *generation.alternatives]
    texts = (restore(masked, output.strip()).text for output in outputs)
    return list(dict.fromkeys(text for text in texts if text))
