"""The judge finds each fault that it is there for, and none where all is well."""

from dataclasses import replace

from tests.load.journal import Bulk, Claim, Journal, Save
from tests.load.verdict import Revision, Stored, Verdict, judge

ANN = Save("ann", 1, seen=0, version=1, text="a", asked_at=1, answered_at=2)
BEN = Save("ben", 1, seen=1, version=2, text="b", asked_at=3, answered_at=4)
FIRST = Revision(1, "ann", None, before="", before_state="empty", after="a")
SECOND = Revision(2, "ben", None, before="a", before_state="edited", after="b")
STORED = Stored(1, version=2, target="b", revisions=[FIRST, SECOND])


def verdict(*saves: Save, stored: Stored = STORED) -> Verdict:
    return judge(Journal(saves=list(saves)), [stored])


def claimed_twice(first: Claim, second: Claim) -> bool:
    journal = Journal(claims=[second, first])
    return bool(judge(journal, [STORED]).handed_out_twice)


def undone(bulk: Bulk, *revisions: Revision) -> Verdict:
    stored = Stored(1, len(revisions), revisions[-1].after, revisions)
    return judge(Journal(bulks=[bulk]), [stored])


def test_what_is_in_the_history_in_order_is_not_lost() -> None:
    assert verdict(ANN, BEN).violations == []


def test_an_acknowledged_text_that_is_not_there_is_lost() -> None:
    gone = replace(FIRST, after="other"), replace(SECOND, before="other")
    assert verdict(ANN, stored=replace(STORED, revisions=gone)).lost
    assert verdict(replace(ANN, person="ben")).lost
    assert verdict(replace(ANN, version=3)).lost


def test_a_text_that_was_replaced_unseen_is_lost() -> None:
    assert verdict(ANN, replace(BEN, seen=0)).lost


def test_what_only_a_machine_wrote_may_be_replaced_unseen() -> None:
    machine = replace(FIRST, person=None)
    pretranslated = replace(SECOND, before_state="pretranslated")
    stored = replace(STORED, revisions=[machine, pretranslated])
    assert verdict(replace(BEN, seen=0), stored=stored).violations == []


def test_a_later_save_behind_an_earlier_one_is_a_fault() -> None:
    assert verdict(replace(ANN, asked_at=5, answered_at=6), BEN).lost


def test_saves_at_one_time_may_come_in_any_order() -> None:
    assert not verdict(replace(ANN, asked_at=3, answered_at=6), BEN).lost


def test_a_history_with_a_gap_or_another_text_at_its_end_is_a_fault() -> None:
    assert verdict(stored=replace(STORED, revisions=[FIRST])).lost
    assert verdict(stored=replace(STORED, target="a")).lost
    torn = [FIRST, replace(SECOND, before="x")]
    assert verdict(stored=replace(STORED, revisions=torn)).lost


def test_two_who_hold_one_segment_at_a_time_are_found() -> None:
    ann = Claim("ann", 1, asked_at=0, answered_at=1, released_at=5)
    ben = Claim("ben", 1, asked_at=2, answered_at=4, released_at=9)
    assert claimed_twice(ann, ben)
    assert not claimed_twice(ann, replace(ben, segment=2))
    assert not claimed_twice(ann, replace(ben, answered_at=6))


def test_a_lock_that_can_have_expired_holds_nothing() -> None:
    ann = Claim("ann", 1, asked_at=0, answered_at=1, released_at=500)
    ben = Claim("ben", 1, asked_at=90, answered_at=91, released_at=95)
    assert not claimed_twice(ann, ben)
    assert claimed_twice(ann, replace(ben, answered_at=89))


def test_a_machine_over_a_person_is_found() -> None:
    machine = replace(SECOND, person=None)
    found = verdict(stored=replace(STORED, revisions=[FIRST, machine]))
    assert found.machine_over_person


def test_an_operation_is_undone_when_it_is_nowhere_the_last_word() -> None:
    made = replace(FIRST, operation="o")
    back = Revision(2, "ann", None, before="a", before_state="edited", after="")
    done = Bulk("o", count=1, restored=1, skipped=0)
    assert undone(done, made, back).violations == []
    assert undone(done, made).not_undone
    assert undone(replace(done, restored=0), made, back).not_undone


def test_a_refusal_is_a_violation() -> None:
    assert judge(Journal(refused=["internal"]), [STORED]).violations == ["internal"]
