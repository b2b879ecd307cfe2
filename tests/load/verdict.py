"""The editors' journal against what is stored: every promise that did not hold."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from tests.load.journal import Bulk, Claim, Journal, Save

Entry = TypeVar("Entry", Save, Claim)

WITHOUT_PERSON = ("empty", "pretranslated")  # states that a machine may write over


@dataclass(frozen=True, slots=True)
class Revision:
    number: int
    person: str | None  # None: a machine
    operation: str | None
    before: str
    before_state: str
    after: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A segment at the end, its revisions from the first to the last."""

    segment: int
    version: int
    target: str
    revisions: Sequence[Revision]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Sentences; all empty when every promise held."""

    lost: Sequence[str]
    handed_out_twice: Sequence[str]
    machine_over_person: Sequence[str]
    not_undone: Sequence[str]
    refused: Sequence[str]

    @property
    def violations(self) -> list[str]:
        return [
            *self.lost,
            *self.handed_out_twice,
            *self.machine_over_person,
            *self.not_undone,
            *self.refused,
        ]


def judge(journal: Journal, stored: Sequence[Stored]) -> Verdict:
    segments = {each.segment: each for each in stored}
    return Verdict(
        lost=[
            *(fault for each in stored for fault in _broken_history(each)),
            *(
                fault
                for save in journal.saves
                for fault in _lost(save, segments[save.segment])
            ),
            *_out_of_order(journal.saves),
        ],
        handed_out_twice=list(_handed_out_twice(journal.claims)),
        machine_over_person=[f for each in stored for f in _machine_over_person(each)],
        not_undone=list(_not_undone(journal.bulks, stored)),
        refused=journal.refused,
    )


def _broken_history(stored: Stored) -> Iterator[str]:
    """The revisions are 1, 2, 3, each goes on from the one before, the last is shown.

    So whatever is in the history is the segment's text, or was until somebody changed
    it who is in the history too.
    """
    name = f"segment {stored.segment}"
    numbers = [revision.number for revision in stored.revisions]
    if numbers != list(range(1, stored.version + 1)):
        yield f"{name}: version {stored.version} has the revisions {numbers}"
    for first, second in pairwise(stored.revisions):
        if first.after != second.before:
            yield f"{name}: revision {second.number} does not go on from the one before"
    if stored.revisions and stored.target != stored.revisions[-1].after:
        yield f"{name}: its text is not that of its last revision"


def _lost(save: Save, stored: Stored) -> Iterator[str]:
    name = f"segment {save.segment}: {save.person}'s {save.text!r}"
    by_number = {revision.number: revision for revision in stored.revisions}
    own = by_number.get(save.version)
    if own is None or (own.after, own.person) != (save.text, save.person):
        yield f"{name} was acknowledged as version {save.version}, and is not there"
    unseen = (by_number.get(n) for n in range(save.seen + 1, save.version))
    if any(each is not None and each.person is not None for each in unseen):
        yield f"{name} replaced what somebody else wrote, unseen"


def _out_of_order(saves: Iterable[Save]) -> Iterator[str]:
    """What was asked for after an answer came later in the history, too."""
    for segment, of_segment in _by_segment(saves).items():
        latest: Save | None = None  # of those answered so far
        answered = sorted(of_segment, key=lambda save: save.answered_at)
        for save in sorted(of_segment, key=lambda save: save.asked_at):
            while answered and answered[0].answered_at < save.asked_at:
                done = answered.pop(0)
                if latest is None or done.version > latest.version:
                    latest = done
            if latest is not None and save.version <= latest.version:
                yield f"segment {segment}: {save.text!r} went behind {latest.text!r}"


def _handed_out_twice(claims: Iterable[Claim]) -> Iterator[str]:
    for segment, of_segment in _by_segment(claims).items():
        longest: Claim | None = None  # of those before, the one that ends last
        for claim in sorted(of_segment, key=lambda claim: claim.answered_at):
            if longest is not None and claim.answered_at < longest.ends_at:
                yield f"segment {segment}: {longest.person}'s and {claim.person}'s"
            if longest is None or claim.ends_at > longest.ends_at:
                longest = claim


def _by_segment(entries: Iterable[Entry]) -> Mapping[int, list[Entry]]:
    found: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.segment].append(entry)
    return found


def _machine_over_person(stored: Stored) -> Iterator[str]:
    for revision in stored.revisions:
        if revision.person is None and revision.before_state not in WITHOUT_PERSON:
            yield (
                f"segment {stored.segment}: a machine replaced {revision.before!r}"
                f" in revision {revision.number}"
            )


def _not_undone(bulks: Iterable[Bulk], stored: Iterable[Stored]) -> Iterator[str]:
    """What an undone operation made is nowhere the last word."""
    last = [each.revisions[-1].operation for each in stored if each.revisions]
    for bulk in bulks:
        if bulk.restored + bulk.skipped != bulk.count:
            yield f"operation {bulk.operation}: {bulk}"
        if bulk.operation in last:
            yield f"operation {bulk.operation} was undone, and a segment kept it"
