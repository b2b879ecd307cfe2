"""Whatever a model does to the masks: each placeholder comes back once, or no text."""

import random
import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from webapp.workspace.placeholders import (
    Alignment,
    Restored,
    alignment_of,
    mask,
    parts_split,
    placeholders_find,
    placeholders_same,
    restore,
)

PIECES = [
    *("%s", "%1$d", "%(n)s", "{}", "{name}", "{{ x }}", "$a$", "&amp;", "<b>", "</b>"),
    *(
        "<br/>",
        '<a href="x">',
        "</a>",
        "`code`",
        "**",
        "[",
        "](u)",
        "[X3X]",
        "https://a.b",
    ),
    *(
        "{n, plural, one {",
        "} other {",
        "}}",
        "#",
        "【x0X】",
        "[X",
        "X]",
        "%",
        "<",
        "'",
    ),
    *(" ", " ", "word", "字", "ü", ". ", "\n"),
]
texts = st.one_of(
    st.text(), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
)
messages = st.tuples(texts, texts, texts, texts).map(
    lambda t: f"{t[0]}{{n, plural, one {{{t[1]}}} other {{{t[2]}}}}}{t[3]}"
)
sources = st.one_of(texts, messages)


def spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\[X\d+X\]|\w+|[^\w\s]", text)]


def alignment(source: str, target: str, pairs: dict[int, int]) -> Alignment:
    """pairs: of a token of the target, the token of the source that it came from."""
    there, here = spans(source), spans(target)
    rows = [
        [1.0 if pairs.get(row) == column else 0.0 for column in range(len(there))]
        for row in range(len(here))
    ]
    return Alignment(there, here, rows)


@settings(deadline=None)
@example("{0,plural,0{}other{`}}【X0X】`")
@given(sources)
def test_what_was_left_alone_comes_back_as_it_was(source: str) -> None:
    masked = mask(source)
    assert restore(masked, masked.text) == Restored(source)


@settings(deadline=None)
@given(sources)
def test_a_model_sees_no_placeholder_but_masks(source: str) -> None:
    masked = mask(source)
    text = masked.text
    assert [text[start:end] for start, end in masked.spans] == [
        f"[X{number}X]" for number in range(len(masked.hidden))
    ]


@settings(deadline=None)
@given(sources, st.randoms(use_true_random=False), st.lists(st.sampled_from(PIECES)))
def test_any_shuffle_is_whole_and_well_nested_or_refused(
    source: str, chance: random.Random, noise: list[str]
) -> None:
    masked = mask(source)
    words = re.split(r"(\[X\d+X\])", masked.text) + noise
    chance.shuffle(words)
    words = words[: chance.randint(0, len(words))] + words[:2]
    translation = "".join(words)
    there, here = spans(masked.text), spans(translation)
    weights = [[chance.random() for _ in there] for _ in here]
    for help_given in (None, Alignment(there, here, weights)):
        restored = restore(masked, translation, help_given)
        if restored.text is None:
            assert restored.lost or restored.added or restored.is_crossed
        else:
            assert placeholders_same(source, restored.text)
            assert is_nested_alike(source, restored.text)


def is_nested_alike(source: str, target: str) -> bool:
    """What opened had what closes it: it still has."""
    return sum(each.partner is not None for each in placeholders_find(target)) >= sum(
        each.partner is not None for each in placeholders_find(source)
    )


@settings(deadline=None)
@given(sources)
def test_parts_put_together_again_are_the_text(source: str) -> None:
    split = parts_split(source)
    assert split.join(split.texts) == source


def test_masks_are_known_with_spaces_small_letters_and_wide_brackets() -> None:
    masked = mask("Copy %s to %s and {x}")
    restored = restore(masked, "把 [ X1X ] 【x0x】 ［X2X］")
    assert restored.text == "把 %s %s {x}"


def test_a_doubled_mask_is_kept_once() -> None:
    restored = restore(mask("Hello %s!"), "Hallo [X0X] [X0X]!")
    assert restored.text == "Hallo %s!"
    assert restored.is_mended


def test_a_mask_that_was_made_up_is_dropped() -> None:
    assert restore(mask("Hello %s!"), "Hallo [X5X] [X0X]!").text == "Hallo %s!"


def test_a_lost_one_without_an_alignment_is_refused() -> None:
    assert restore(mask("Hello %s!"), "Hallo!") == Restored(None, lost=("%s",))


def test_a_lost_one_goes_where_its_neighbours_went() -> None:
    masked = mask("Hello %s, welcome")
    translation = "Hallo, willkommen"
    aligned = alignment(masked.text, translation, {0: 0, 1: 2, 2: 3})
    restored = restore(masked, translation, aligned)
    assert restored.text == "Hallo %s, willkommen"
    assert restored.is_mended


def test_a_lost_one_follows_words_that_changed_their_order() -> None:
    masked = mask("Open %s in the folder")
    translation = "Im Ordner öffnen"
    aligned = alignment(masked.text, translation, {0: 2, 1: 4, 2: 0})
    assert restore(masked, translation, aligned).text == "%s Im Ordner öffnen"


def test_the_alignment_is_read_from_a_segment_s_tokens() -> None:
    masked = mask("Hello %s!")
    explanation = {
        "source": ["▁Hello", "▁[", "X", "0", "X", "]", "!", ""],
        "tokens": [["Hallo", -0.1, [], [[0, 0.9]]], ["!", -0.1, [], [[6, 0.8]]]],
    }
    aligned = alignment_of(explanation, masked.text)
    assert aligned is not None
    assert aligned.source[0] == (0, 5)
    assert restore(masked, "Hallo!", aligned).text == "Hallo %s!"


def test_a_model_without_attention_to_its_source_gives_no_alignment() -> None:
    silent = {"source": [], "tokens": [["Hallo", -0.1, [], []]]}
    assert alignment_of(silent, "Hello") is None
    assert alignment_of({}, "Hello") is None


def test_a_lost_pair_goes_around_what_its_words_became() -> None:
    masked = mask("The <b>red house</b> burns")
    assert masked.text == "The [X0X]red house[X1X] burns"
    translation = "Es brennt das rote Haus"
    aligned = alignment(masked.text, translation, {1: 5, 2: 0, 3: 2, 4: 3})
    assert (
        restore(masked, translation, aligned).text == "Es brennt das <b>rote Haus</b>"
    )


def test_a_pair_that_was_turned_round_is_turned_back() -> None:
    restored = restore(mask("a <b>b</b> c"), "c [X1X]b[X0X] a")
    assert restored.text == "c <b>b</b> a"
    assert restored.is_mended


def test_crossed_pairs_are_nested() -> None:
    masked = mask("a <b>b <i>c</i></b> d")
    assert restore(masked, "a [X0X]b[X1X]c[X3X]d[X2X]").text == "a <b>b<i>c</i>d</b>"


def test_what_left_its_branch_of_a_plural_is_refused() -> None:
    masked = mask("{n, plural, one {a {x}} other {b {y}}}")
    assert masked.text == "[X0X]a [X1X][X2X]b [X3X][X4X]"
    assert restore(masked, "[X0X]a [X3X][X2X]b [X1X][X4X]").is_crossed


def test_a_placeholder_that_the_model_wrote_itself_is_refused() -> None:
    assert restore(mask("Hello %s"), "Hallo [X0X] <b>").added == ("<b>",)


def test_outer_tags_and_white_space_are_not_shown_to_the_model() -> None:
    masked = mask("\n <p><b>Hello</b> %s</p> ")
    assert masked.text == "[X0X]Hello[X1X] [X2X]"
    assert (masked.head, masked.tail) == ("\n <p>", "</p> ")


def test_a_text_of_placeholders_alone_has_no_words() -> None:
    assert not mask("<b>%s</b>: {n}").has_words
    assert mask("<b>%s</b> files").has_words


def torn(source: str, translation: str) -> Restored:
    return restore(mask(source), translation)


def test_what_is_left_of_a_torn_mask_is_no_text() -> None:
    whole = Restored("Impossible d'ouvrir %s.", is_mended=True)
    assert torn("Cannot open %s.", "Impossible d'ouvrir [X0X] [X].") == whole
    assert torn("Cannot open %s.", "Impossible d'ouvrir [X0X] [X7].") == whole
    assert torn("Cannot open %s.", "Impossible d'ouvrir [X0X] X0X].") == whole


def test_a_torn_mask_that_tells_which_it_was_is_taken_for_it() -> None:
    whole = Restored("Impossible d'ouvrir %s.", is_mended=True)
    for written in ("[X]", "[X0]", "[0X]", "[0]", "[X0X", "X0X]", "［x0］"):
        assert torn("Cannot open %s.", f"Impossible d'ouvrir {written}.") == whole
    two = Restored("%(b)s vers %(a)s", is_mended=True)
    assert torn("%(a)s to %(b)s", "[X1 vers [X0X]") == two


def test_a_torn_mask_that_might_be_two_is_lost() -> None:
    assert torn("From %(a)s to %(b)s", "De [X] vers [X]").text is None


def test_a_bracket_of_the_source_is_text() -> None:
    assert torn("[x] Open %s", "[x] Ouvrir [X0X]") == Restored("[x] Ouvrir %s")
    assert torn("Rows [1] of %s", "Lignes [1] de [X0X]") == Restored("Lignes [1] de %s")
    assert torn("A checkbox", "Une case [X]") == Restored("Une case [X]")
