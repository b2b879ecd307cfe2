"""What training says of a job, in the active language.

It speaks English and knows no Django, so its sentences are stored as it says them. Each
one here is written as there, with names where figures stand; a test compares the two.
"""

import re

from django.utils.translation import gettext, gettext_noop

_SENTENCES = (
    gettext_noop("%(training)s examples are trained on, %(held)s are held out."),
    gettext_noop("%(count)s left out because they were there before."),
    gettext_noop("%(count)s left out because they are too long."),
    gettext_noop("%(count)s lines cannot be read, among them:"),
    gettext_noop(
        "%(file)s holds %(count)s examples; at least %(least)s are needed.%(lines)s"
    ),
    gettext_noop("All examples ask the same: nothing is left to hold out"),
    gettext_noop("All examples are longer than max_tokens = %(limit)s"),
    gettext_noop("This model translates: it needs pairs of source and target"),
    gettext_noop("This model chats: it needs messages, or prompts with answers"),
    gettext_noop(
        "The loss became %(loss)s at step %(step)s of %(steps)s, epoch %(epoch)s"
        " (training examples %(numbers)s, ...). The last checkpoint is as it was; a"
        " lower learning rate usually helps."
    ),
    gettext_noop(
        "%(directory)s: the model cannot be written (%(error)s); the last checkpoint"
        " is good, so the run can go on when there is room"
    ),
    gettext_noop(
        "A file cannot be read or written: %(error)s. What was saved is good."
    ),
)
_GAP = re.compile(r"%\((\w+)\)s")


def training_message(said: str) -> str:
    """For the reader. What is not known here stays as training said it."""
    for pattern, sentence in _PATTERNS:
        found = pattern.fullmatch(said)
        if found:
            return gettext(sentence) % found.groupdict()
    return said


def _pattern(sentence: str) -> re.Pattern[str]:
    first, *rest = _GAP.split(sentence)  # text, then a name and a text for each gap
    parts = [
        f"(?P<{name}>.*){re.escape(text)}"
        for name, text in zip(rest[::2], rest[1::2], strict=True)
    ]
    return re.compile(re.escape(first) + "".join(parts), re.DOTALL)


_PATTERNS = [(_pattern(sentence), sentence) for sentence in _SENTENCES]
