"""Segments made one, and made two, by hand. Joined they are the same unit as before."""

from dataclasses import replace

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.workspace.findings import findings_columns, findings_set
from webapp.workspace.hints import document_change
from webapp.workspace.models import Document, Segment
from webapp.workspace.permissions import Action, project_check
from webapp.workspace.segmentation import SrxError, segment_margins, segment_split
from webapp.workspace.selectors import segment_get
from webapp.workspace.services.locks import HeldError
from webapp.workspace.services.writing import (
    Change,
    conflict_of,
    segment_write,
    text_state,
)

_UNSPACED = ("zh", "ja", "th", "lo", "km", "my")


@transaction.atomic
def segments_merge(
    *, person: User, document: Document, segment_id: int, version: int
) -> Segment:
    """With the one that follows it in the same unit, whose history and comments it
    takes over. Raises HeldError while somebody else works on that one."""
    first, number = _open(person, document, segment_id, version)
    second = document.segments.filter(
        position=first.position + 1, unit=first.unit
    ).first()
    if second is None:
        raise _refusal(_("There is nothing to merge it with."))
    _check_idle(second)
    _check_free(second, person)
    between = first.trail + second.lead
    others = {
        "source": f"{first.source}{between}{second.source}",
        "trail": second.trail,
        "imported_target": _join(
            document, first.imported_target, second.imported_target
        ),
        "codes": [*first.codes, *second.codes],
    }
    target = _join(document, first.target, second.target)
    state, origin = _state(target, first, second), _origin(target, first, second)
    _take_over(first, second, number)
    second.delete()
    _shift(document, after=first, by=-1)
    change = Change(target, state, origin, person, others=others)
    return _rewrite(first, change, number)


@transaction.atomic
def segment_cut(
    *,
    person: User,
    document: Document,
    segment_id: int,
    version: int,
    source_offset: int,
    target_offset: int | None = None,
) -> tuple[Segment, Segment]:
    """In two, before these characters; without `target_offset` the first keeps all of
    the translation."""
    first, number = _open(person, document, segment_id, version)
    if first.plural:
        raise _refusal(_("A form of a plural cannot be cut."))
    try:
        pieces = segment_split([first.source], 0, source_offset)
    except SrxError as error:
        raise _refusal(_("Both parts must have words.")) from error
    (_lead, source, trail), (lead, rest, _trail) = map(segment_margins, pieces)
    at = len(first.target) if target_offset is None else max(0, target_offset)
    target, target_rest = first.target[:at].strip(), first.target[at:].strip()
    _shift(document, after=first, by=1)
    second = Segment(
        document=document,
        position=first.position + 1,
        unit=first.unit,
        part=first.part + 1,
        lead=lead,
        source=rest,
        trail=first.trail,
        target=target_rest,
        state=_state(target_rest, first),
        origin=_origin(target_rest, first),
        context=first.context,
        notes=first.notes,
        location=first.location,
        placeholders=first.placeholders,
        codes=[code for code in first.codes if code in rest],
        version=1,  # an export must look at it
        change=number,
        edited_by=person if target_rest else None,
    )
    findings_set(second)
    second.save(force_insert=True)
    others = {
        "source": source,
        "trail": trail,
        "codes": [code for code in first.codes if code in source],
    }
    change = Change(
        target, _state(target, first), _origin(target, first), person, others=others
    )
    return _rewrite(first, change, number), second


def _open(
    person: User, document: Document, segment_id: int, version: int
) -> tuple[Segment, int]:
    project_check(person=person, project=document.project, action=Action.TRANSLATE)
    number = document_change(document.pk)
    segment = segment_get(document=document, segment_id=segment_id)
    if segment.version != version:
        raise conflict_of(segment, version)
    _check_idle(segment)
    return segment, number


def _take_over(first: Segment, second: Segment, number: int) -> None:
    """The revisions of the second come before the one that the merging makes."""
    own = second.revisions.filter(merged_source="")  # others came by a merging before
    own.update(merged_source=second.source)
    second.revisions.update(number=F("number") + first.version, segment=first)
    second.comments.update(segment=first, change=number)
    first.version += second.version
    first.save(update_fields=["version"])


def _check_free(segment: Segment, person: User) -> None:
    holder = segment.lock_holder
    if holder and holder != person and segment.is_held:
        raise HeldError(holder)


def _check_idle(segment: Segment) -> None:
    if segment.machine in (Segment.Machine.WAITING, Segment.Machine.RUNNING):
        raise _refusal(_("It is being translated. Wait for it, or cancel."))


def _shift(document: Document, *, after: Segment, by: int) -> None:
    """What follows moves; in its unit the parts do, too."""
    later = document.segments.filter(position__gt=after.position)
    later.filter(unit=after.unit).update(part=F("part") + by)
    later.update(position=F("position") + by)
    Document.objects.filter(pk=document.pk).update(
        structure=F("change"), num_segments=F("num_segments") + by
    )


def _rewrite(segment: Segment, change: Change, number: int) -> Segment:
    """Its sources are others now, so what a model or a check said is of no more use."""
    for name in ("source", "codes"):
        setattr(segment, name, change.others[name])
    others = {
        **change.others,
        **findings_columns(segment, change.target),
        "machine_text": "",
        "explanation": {},
        "confidence": None,
    }
    change = replace(change, others=others)
    if not segment_write(segment=segment, change=change, number=number):
        raise conflict_of(segment, segment.version)
    return segment


def _state(target: str, *before: Segment) -> str:
    """Nobody has vouched for a machine's text by moving its ends."""
    states = {segment.state for segment in before if segment.target}
    if target and Segment.State.PRETRANSLATED in states:
        return Segment.State.PRETRANSLATED
    return text_state(target)


def _origin(target: str, *before: Segment) -> str:
    """Of the first that had a text."""
    origins = [segment.origin for segment in before if segment.target]
    return origins[0] if target and origins else Segment.Origin.NONE


def _join(document: Document, first: str, second: str) -> str:
    if not first or not second:
        return first or second
    is_unspaced = document.target_language.split("-")[0] in _UNSPACED
    return f"{first}{'' if is_unspaced else ' '}{second}"


def _refusal(message: str) -> ApplicationError:
    return ApplicationError(message, code="structure")
