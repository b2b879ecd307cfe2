"""Search and replace in the translations of a document: looked at first, then done."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import regex
from django.db import transaction
from django.utils.translation import gettext as _

from webapp.accounts.models import User
from webapp.common.errors import ApplicationError
from webapp.workspace.models import Document, Operation, Segment
from webapp.workspace.permissions import Action, project_check
from webapp.workspace.services.operations import segments_change
from webapp.workspace.services.writing import Change, text_state
from webapp.workspace.texts import checked_text

MAX_PATTERN_CHARS = 500
SEARCH_SECONDS = 2.0  # for a whole document; some expressions never end

Replace = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, and what comes in its place (an expression's groups: \\1)."""

    find: str
    replacement: str
    is_regex: bool = False
    is_case_sensitive: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    segment_id: int
    version: int
    before: str
    after: str


def replace_preview(
    *,
    person: User,
    document: Document,
    search: Search,
    segment_ids: Sequence[int] | None = None,
) -> list[Hit]:
    """What would change. Raises ApplicationError: pattern."""
    project_check(person=person, project=document.project, action=Action.TRANSLATE)
    return list(_hits(document, search, segment_ids))


@transaction.atomic
def replace_apply(
    *,
    person: User,
    document: Document,
    search: Search,
    segment_ids: Sequence[int] | None = None,
) -> Operation:
    """As the preview shows it now, as one operation."""
    hits = list(_hits(document, search, segment_ids))
    replace = _replace(search)

    def wanted(segment: Segment) -> Change | None:
        after = replace(segment.target)
        if after == segment.target:
            return None
        return Change(after, text_state(after), Segment.Origin.PERSON, person)

    return segments_change(
        person=person,
        document=document,
        segment_ids=[hit.segment_id for hit in hits],
        kind=Operation.Kind.REPLACE,
        wanted=wanted,
    )


def _hits(
    document: Document, search: Search, segment_ids: Sequence[int] | None
) -> Iterator[Hit]:
    replace = _replace(search)
    rows = document.segments.exclude(target="").order_by("position")
    if segment_ids is not None:
        rows = rows.filter(pk__in=segment_ids)
    for pk, version, before in rows.values_list("pk", "version", "target"):
        after = replace(before)
        if after != before:
            yield Hit(pk, version, before, after)


def _replace(search: Search) -> Replace:
    """Bounded in time, over all texts that it is called with."""
    checked_text(search.replacement)
    if not search.find or len(search.find) > MAX_PATTERN_CHARS:
        raise ApplicationError(
            _("Say what to look for, in at most %(limit)s characters.")
            % {"limit": MAX_PATTERN_CHARS},
            code="pattern",
        )
    pattern = _pattern(search)
    ends_at = time.monotonic() + SEARCH_SECONDS
    replacement = search.replacement
    with_groups = replacement if search.is_regex else _literally(replacement)

    def replace(text: str) -> str:
        seconds_left = ends_at - time.monotonic()
        try:
            if seconds_left <= 0:  # which the library takes for no limit at all
                raise TimeoutError
            found = pattern.sub(with_groups, text, timeout=seconds_left)
        except TimeoutError as error:
            raise _refusal(_("The search takes too long. Make it simpler.")) from error
        except (regex.error, IndexError) as error:
            raise _bad_expression(error) from error
        return checked_text(found)  # an expression may ask for \0, or for very much

    return replace


def _pattern(search: Search) -> "regex.Pattern[str]":
    find = search.find if search.is_regex else re.escape(search.find)
    flags = regex.UNICODE | (0 if search.is_case_sensitive else regex.IGNORECASE)
    try:
        return regex.compile(find, flags)
    except regex.error as error:
        raise _bad_expression(error) from error


def _literally(text: str) -> str:
    return text.replace("\\", "\\\\")


def _bad_expression(error: Exception) -> ApplicationError:
    return _refusal(
        _("The expression cannot be used: %(problem)s") % {"problem": error}
    )


def _refusal(message: str) -> ApplicationError:
    return ApplicationError(message, code="pattern")
