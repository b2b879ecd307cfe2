"""What opens comes before what closes, and pieces of one message keep their order."""

from collections.abc import Sequence

from webapp.workspace.placeholders.kinds import Placeholder


def order_mend(
    numbers: Sequence[int], hidden: Sequence[Placeholder]
) -> list[int] | None:
    """The same numbers at the same places, well nested; None where that is impossible.

    Impossible is only what left its branch of an ICU message.
    """
    mended = list(numbers)
    _chains_sort(mended, hidden)
    if _branches(mended, hidden) != _branches(range(len(hidden)), hidden):
        return None
    _pairs_turn(mended, hidden)
    _pairs_nest(mended, hidden)
    return mended


def _chains_sort(numbers: list[int], hidden: Sequence[Placeholder]) -> None:
    places = [n for n, number in enumerate(numbers) if hidden[number].chain is not None]
    for place, number in zip(places, sorted(numbers[n] for n in places), strict=True):
        numbers[place] = number


def _branches(
    numbers: Sequence[int], hidden: Sequence[Placeholder]
) -> dict[int, int | None]:
    """Of each placeholder the piece of a message after which it stands."""
    last: int | None = None
    found: dict[int, int | None] = {}
    for number in numbers:
        if hidden[number].chain is None:
            found[number] = last
        else:
            last = number
    return found


def _pairs_turn(numbers: list[int], hidden: Sequence[Placeholder]) -> None:
    place = {number: n for n, number in enumerate(numbers)}
    for number, placeholder in enumerate(hidden):
        partner = placeholder.partner
        if partner is not None and number < partner and place[partner] < place[number]:
            numbers[place[number]], numbers[place[partner]] = partner, number
            place[number], place[partner] = place[partner], place[number]


def _pairs_nest(numbers: list[int], hidden: Sequence[Placeholder]) -> None:
    """Each closing place closes what was opened last."""
    open_ones: list[int] = []
    for n, number in enumerate(numbers):
        partner = hidden[number].partner
        if partner is None:
            continue
        if number < partner:
            open_ones.append(partner)
        else:
            numbers[n] = open_ones.pop()
