"""A memory filled with made sentences, and the time that look-ups in it take."""

import time
from collections.abc import Iterator, Mapping

from django.db import connection

from tests.bench.sides.memory_texts import Sentences
from webapp.accounts.models import Team
from webapp.workspace.memory import memory_lookup
from webapp.workspace.memory.add import Remembered, Shelf, entries_add
from webapp.workspace.models import Project

_PART = 50_000  # entries of one transaction


def shelf_make() -> Shelf:
    team = Team.objects.create(name="Bench")
    project = Project.objects.create(team=team, name="Bench", source_language="en")
    return Shelf(team, "en", "de", project)


def shelf_fill(shelf: Shelf, entries: int, *, keep: int) -> list[str]:
    """Some of what is in it now."""
    sentences = Sentences(seed=1)
    kept: list[str] = []
    for begin in range(0, entries, _PART):
        part = list(sentences.take(min(_PART, entries - begin)))
        kept += part[: max(keep * len(part) // entries, 1)]
        # A target of its own makes each an entry of its own.
        numbered = enumerate(part, start=begin)
        entries_add(shelf, (Remembered(text, f"[{n}] {text}") for n, text in numbered))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return kept


def lookups_time(
    shelf: Shelf, known: list[str], count: int, *, short: int
) -> Mapping[str, list[float]]:
    """Milliseconds of each, by kind."""
    brief = [text for text in known if len(text.split()) <= short]
    long = [text for text in known if len(text.split()) > short]
    queries = {
        "short": list(_queries(brief, count)),
        "longer": list(_queries(long, count)),
    }
    _times(shelf, queries["short"][:20])  # the first ones open files and compile
    return {kind: _times(shelf, texts) for kind, texts in queries.items()}


def _queries(known: list[str], count: int) -> Iterator[str]:
    """By turns what is there, what is there but for a word, and what is new."""
    sentences = Sentences(seed=2)
    fresh = [text for text in sentences.take(20 * count)]
    longest = max(len(text.split()) for text in known)
    shortest = min(len(text.split()) for text in known)
    fresh = [text for text in fresh if shortest <= len(text.split()) <= longest]
    for number in range(count):
        text = sentences.choice(known)
        yield (text, sentences.edited(text), sentences.choice(fresh))[number % 3]


def _times(shelf: Shelf, texts: list[str]) -> list[float]:
    assert shelf.project is not None
    times = []
    for text in texts:
        began = time.perf_counter()
        memory_lookup(project=shelf.project, target_language="de", source=text)
        times.append((time.perf_counter() - began) * 1000)
    return times
