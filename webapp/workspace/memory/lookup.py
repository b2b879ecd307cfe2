"""What the memory knows. Callers have seen that the person may read the project."""

from collections.abc import Iterable, Sequence

from webapp.workspace.memory.candidates import candidates_find
from webapp.workspace.memory.keys import Keys, memory_salt
from webapp.workspace.memory.match import Match
from webapp.workspace.models import MemoryEntry, Project

LEAST = 60  # percent: what is less alike is quicker written anew
_MANY = 20  # entries of one source, or of one but for its numbers
_BATCH = 500  # keys in one query; SQLite takes a thousand

_COLUMNS = ("source", "target", "context_key", "project_id", "origin")

# A source, what stands before it and what after.
Place = tuple[str, str, str]


def memory_lookup(
    *,
    project: Project,
    target_language: str,
    source: str,
    before: str = "",
    after: str = "",
    limit: int = 5,
    least: int = LEAST,
) -> list[Match]:
    """The best first, each target once."""
    keys = Keys(_salt(project, target_language), source)
    context_key = keys.context(before, after)
    matches = [
        Match.of(
            entry, keys, context_key=context_key, least=least, project_id=project.pk
        )
        for entry in _entries(project, keys, least)
    ]
    return _best(matches, limit)


def memory_exact_many(
    *, project: Project, target_language: str, sources: Sequence[Place]
) -> list[Match | None]:
    """The best exact match of each, in as few queries as can be."""
    salt = _salt(project, target_language)
    all_keys = [Keys(salt, source) for source, _, _ in sources]
    entries = _by_source(project, {keys.exact for keys in all_keys})
    return [
        _best_exact(entries.get(keys.source, ()), keys, place, project)
        for keys, place in zip(all_keys, sources, strict=True)
    ]


def memory_elsewhere(
    *,
    project: Project,
    target_language: str,
    source: str,
    before: str = "",
    after: str = "",
) -> list[str]:
    """How the project's other documents, or other places of this one, say the same."""
    keys = Keys(_salt(project, target_language), source)
    entries = MemoryEntry.objects.filter(
        exact_key=keys.exact, team_id=project.team_id, project=project
    )
    # What was learnt here is this segment's own earlier text.
    here = keys.context(before, after)
    others = [entry for entry in entries[:_MANY] if entry.context_key != here]
    return list(dict.fromkeys(entry.target for entry in others))


def _salt(project: Project, target_language: str) -> bytes:
    return memory_salt(project.team_id, project.source_language, target_language)


def _entries(project: Project, keys: Keys, least: int) -> Iterable[MemoryEntry]:
    """Exact ones, those exact but for numbers, similar ones; the team's alone."""
    own = MemoryEntry.objects.filter(team_id=project.team_id).only(*_COLUMNS)
    found = {
        entry.pk: entry
        for field in ("exact_key", "normal_key")
        for entry in own.filter(**{field: _key(keys, field)}).order_by("-pk")[:_MANY]
    }
    ids = [pk for pk in candidates_find(keys, least=least) if pk not in found]
    return [*found.values(), *own.filter(pk__in=ids)]


def _key(keys: Keys, field: str) -> int:
    return keys.exact if field == "exact_key" else keys.normalised


def _best(matches: Iterable[Match], limit: int) -> list[Match]:
    best: dict[str, Match] = {}
    for match in sorted(matches, key=lambda match: match.rank):
        if match.score:
            best.setdefault(match.target, match)
    return list(best.values())[:limit]


def _by_source(project: Project, exact_keys: set[int]) -> dict[str, list[MemoryEntry]]:
    found: dict[str, list[MemoryEntry]] = {}
    own = MemoryEntry.objects.filter(team_id=project.team_id)
    keys = sorted(exact_keys)
    for start in range(0, len(keys), _BATCH):
        for entry in own.filter(exact_key__in=keys[start : start + _BATCH]):
            found.setdefault(entry.source, []).append(entry)
    return found


def _best_exact(
    entries: Iterable[MemoryEntry], keys: Keys, place: Place, project: Project
) -> Match | None:
    _, before, after = place
    context_key = keys.context(before, after)
    matches = [
        Match.of(entry, keys, context_key=context_key, least=100, project_id=project.pk)
        for entry in entries
    ]
    return min(matches, key=lambda match: match.rank, default=None)
