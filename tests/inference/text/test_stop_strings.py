"""Stop strings end the text, wherever it is cut, and are never seen."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from inference.text.stop_strings import StopStrings

letters = st.text(alphabet="ab世", max_size=40)
stop_sets = st.lists(st.text(alphabet="ab世", min_size=1, max_size=5), max_size=4)


def run(pieces: list[str], stops: tuple[str, ...]) -> tuple[str, bool]:
    reader = StopStrings(stops)
    shown = ""
    for piece in pieces:
        result = reader.push(piece)
        shown += result.text
        if result.is_stopped:
            return shown, True
    return shown + reader.flush(), False


def plain(text: str, stops: tuple[str, ...]) -> tuple[str, bool]:
    """The promise, said slowly: the first stop string to be completed."""
    for end in range(1, len(text) + 1):
        for stop in sorted(stops, key=len, reverse=True):
            if text[:end].endswith(stop):
                return text[: end - len(stop)], True
    return text, False


@given(text=letters, stops=stop_sets, cuts=st.lists(st.integers(0, 40)))
def test_the_result_does_not_depend_on_the_cuts(
    text: str, stops: list[str], cuts: list[int]
) -> None:
    edges = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[a:b] for a, b in pairwise(edges)]
    assert run(pieces, tuple(stops)) == plain(text, tuple(stops))


@given(text=letters, stops=stop_sets)
def test_no_stop_string_is_ever_shown(text: str, stops: list[str]) -> None:
    shown, _ = run(list(text), tuple(stops))
    assert not any(stop in shown for stop in stops)


def test_only_a_possible_beginning_is_held_back() -> None:
    reader = StopStrings(("END",))
    assert reader.push("the E").text == "the "
    assert reader.push("N").text == ""
    assert reader.push("d").text == "ENd"
    assert reader.flush() == ""
