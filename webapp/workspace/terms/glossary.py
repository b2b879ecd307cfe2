"""A project's terms in one direction, compiled once and kept until one changes."""

import hashlib
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from webapp.workspace.models import Project, Term, TermTarget
from webapp.workspace.terms.index import Entry, TermIndex
from webapp.workspace.terms.use import TermHit

_KEPT = 64  # glossaries in one process

Version = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Glossary:
    """hash: the same for the same terms, whatever was changed and changed back."""

    index: TermIndex
    hash: str

    def hits(self, source: str) -> list[TermHit]:
        found = []
        for hit in self.index.find(source):
            term = hit.entry.key
            assert isinstance(term, TermHit)
            found.append(replace(term, start=hit.start, end=hit.end))
        return found


def terms_of(project: Project) -> QuerySet[Term]:
    """The team's, and the project's own, in its source language."""
    return Term.objects.filter(
        Q(project=None) | Q(project=project),
        team_id=project.team_id,
        language=project.source_language,
    )


def glossary_get(project: Project, target_language: str) -> Glossary:
    """One look at the database tells whether the compiled one still holds."""
    key = (project.pk, project.source_language, target_language)
    numbers = terms_of(project).aggregate(count=Count("pk"), last=Max("updated_at"))
    version = (numbers["count"], numbers["last"])
    known = _cache.get(key)
    if known is None or known[0] != version:
        known = (version, _compiled(project, target_language))
        _cache.put(key, known)
    return known[1]


def _compiled(project: Project, target_language: str) -> Glossary:
    targets = _targets(project, target_language)
    terms = [
        TermHit(
            term_id=str(term.pk),
            text=term.text,
            start=0,
            end=0,
            targets=tuple(
                t.text for t in targets.get(term.pk, ()) if not t.is_forbidden
            ),
            forbidden=tuple(t.text for t in targets.get(term.pk, ()) if t.is_forbidden),
            is_untranslatable=term.is_untranslatable,
            is_case_sensitive=term.is_case_sensitive,
            explanation=term.explanation,
        )
        for term in terms_of(project).order_by("text", "pk")
    ]
    entries = [Entry(term.text, term.is_case_sensitive, term) for term in terms]
    return Glossary(TermIndex(entries, project.source_language), _hash(terms))


def _targets(project: Project, language: str) -> dict[object, list[TermTarget]]:
    found: dict[object, list[TermTarget]] = {}
    rows = TermTarget.objects.filter(term__in=terms_of(project), language=language)
    for target in rows.order_by("-is_preferred", "text", "pk"):
        found.setdefault(target.term_id, []).append(target)
    return found


def _hash(terms: list[TermHit]) -> str:
    said = [
        [t.text, t.targets, t.forbidden, t.is_untranslatable, t.is_case_sensitive]
        for t in terms
    ]
    text = json.dumps(sorted(said), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class _Cache:
    """The last used ones, of all threads of the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[object, tuple[Version, Glossary]] = OrderedDict()

    def get(self, key: object) -> tuple[Version, Glossary] | None:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, key: object, value: tuple[Version, Glossary]) -> None:
        with self._lock:
            self._known[key] = value
            self._known.move_to_end(key)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)


_cache = _Cache()
