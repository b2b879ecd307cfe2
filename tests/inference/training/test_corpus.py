"""A directory becomes training pairs: counted, never twice, never held-out ones."""

import gzip
from pathlib import Path

import pytest

from inference.training.corpus import Corpus
from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.filters import Reason
from inference.training.hold_out import is_held_out
from inference.training.pair import Pair
from tests.inference.training.samples import sentences, tsv_write

EN_FR = Direction("en", "fr")


def corpus(directory: Path, *, hold_out: float = 0.0) -> Corpus:
    return Corpus(directory, pairs=frozenset({EN_FR}), hold_out=hold_out)


def sources(pairs: list[Pair]) -> set[str]:
    return {pair.source for pair in pairs}


def test_it_leaves_out_what_was_there_before(tmp_path: Path) -> None:
    pairs = sentences(5)
    tsv_write(tmp_path / "en-fr" / "a.tsv", pairs)
    tsv_write(tmp_path / "en-fr" / "b.tsv", [*pairs, ("One more", "Encore un")])
    tsv_write(tmp_path / "more.fr-en.tsv", [(target, one) for one, target in pairs])
    read = corpus(tmp_path)
    assert len(list(read.training_pairs())) == 6
    assert read.report.left_out[Reason.DUPLICATE] == 10
    assert "10 left out because it was there before." in read.report.lines()


def test_it_counts_broken_lines_and_shows_where(tmp_path: Path) -> None:
    path = tmp_path / "en-fr" / "train.tsv.gz"
    path.parent.mkdir()
    lines = [b"Hello\tBonjour\n", b"no tab\n", b"\xff\xfe\tx\n", b"a\tb\tc\td\n"]
    path.write_bytes(gzip.compress(b"".join(lines)))
    read = corpus(tmp_path)
    assert sources(list(read.training_pairs())) == {"Hello"}
    assert read.report.bad.count == 3
    assert f"  {path}, line 3: not UTF-8" in read.report.lines()


def test_it_reads_what_is_left_of_a_cut_file(tmp_path: Path) -> None:
    path = tmp_path / "en-fr" / "train.tsv.gz"
    path.parent.mkdir()
    text = "".join(f"{one}\t{other}\n" for one, other in sentences(2000))
    path.write_bytes(gzip.compress(text.encode())[:-500])
    read = corpus(tmp_path)
    assert 100 < len(list(read.training_pairs())) < 2000
    assert "the file ends here" in read.report.bad.shown[0]


def test_it_never_trains_on_a_set_that_is_held_out(tmp_path: Path) -> None:
    pairs = sentences(30)
    tsv_write(tmp_path / "en-fr" / "train.tsv", pairs)
    # The same sentence in other clothes is the same sentence.
    held = [(pairs[0][0].upper(), "autre chose"), ("other thing", pairs[1][1])]
    tsv_write(tmp_path / "en-fr" / "test.tsv", held)
    read = corpus(tmp_path, hold_out=0.5)
    trained = sources(list(read.training_pairs()))
    assert trained == {source for source, _target in pairs[2:]}
    assert [p.target for p in read.held_out_pairs("test")] == [
        "autre chose",
        held[1][1],
    ]


def test_it_holds_out_the_same_sentences_when_data_grows(tmp_path: Path) -> None:
    words = [(f"word{chr(97 + n // 26)}{chr(97 + n % 26)}", "mot") for n in range(400)]
    tsv_write(tmp_path / "en-fr" / "one.tsv", words[:200])
    before = sources(list(corpus(tmp_path, hold_out=0.2).held_out_pairs()))
    tsv_write(tmp_path / "en-fr" / "two.tsv", words[200:])
    grown = corpus(tmp_path, hold_out=0.2)
    after = sources(list(grown.held_out_pairs()))
    trained = sources(list(grown.training_pairs()))
    assert 20 < len(before) < 60
    assert before < after
    assert not after & trained
    assert after | trained == {source for source, _target in words}


def test_a_pair_that_is_held_out_is_so_turned_round_as_well(tmp_path: Path) -> None:
    pairs = sentences(300)
    tsv_write(tmp_path / "en-fr" / "some.tsv", pairs[:150])
    tsv_write(tmp_path / "fr-en" / "more.tsv", [(fr, en) for en, fr in pairs])
    read = corpus(tmp_path, hold_out=0.2)
    held = {frozenset((pair.source, pair.target)) for pair in read.held_out_pairs()}
    trained = {frozenset((pair.source, pair.target)) for pair in read.training_pairs()}
    assert 30 < len(held) < 90
    assert held | trained == set(map(frozenset, pairs))
    assert held.isdisjoint(trained)


def test_a_larger_hold_out_keeps_what_a_smaller_one_held() -> None:
    texts = [source for source, _target in sentences(300)]
    small = {text for text in texts if is_held_out(text, 0.1)}
    large = {text for text in texts if is_held_out(text, 0.3)}
    assert small < large


def test_it_refuses_a_corpus_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="is not a directory"):
        corpus(tmp_path / "nowhere")
    with pytest.raises(TrainingError, match=r"holds no .*tmx"):
        corpus(tmp_path)
    tsv_write(tmp_path / "en-fr" / "train.tsv", [("Same", "same")])
    with pytest.raises(TrainingError, match=r"no pair to train on.*are the same"):
        list(corpus(tmp_path).training_pairs())


def test_it_asks_for_the_languages_of_a_file(tmp_path: Path) -> None:
    tsv_write(tmp_path / "work.tsv", sentences(2))
    with pytest.raises(TrainingError, match=r"work\.tsv: does not say its languages"):
        corpus(tmp_path)


def test_it_tells_prose_from_software() -> None:
    kinds = {
        origin: Pair("a", "b", EN_FR, origin).kind
        for origin in ("tatoeba", "dpkg:doc", "dpkg", "")
    }
    assert kinds == {
        "tatoeba": "prose",
        "dpkg:doc": "prose",
        "dpkg": "software",
        "": "software",
    }
