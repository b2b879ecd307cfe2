"""The prompts that everybody answers, and longer texts where a length is asked for."""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from pydoc_data.topics import topics

PROMPTS_FILE = Path(__file__).with_name("prompts.toml")


@cache
def chat_prompts() -> tuple[str, ...]:
    """32 of them, short and long mixed."""
    prompts = tomllib.loads(PROMPTS_FILE.read_text(encoding="utf-8"))["prompt"]
    return tuple(prompt["text"].strip() for prompt in prompts)


@cache
def long_text() -> str:
    """Some 600,000 characters of English prose: the manual inside the running Python.

    It comes with every Python under its PSF licence, so it need not be shipped; its
    words differ a little from one version of Python to the next.
    """
    return "\n\n".join(topics[name].strip() for name in sorted(topics))


def text_of_length(count: Callable[[str], int], tokens: int, *, start: int = 0) -> str:
    """A piece of `long_text`, the longest that has at most so many tokens."""
    text = long_text()[start:]
    low, high = 0, min(len(text), 12 * tokens)
    while low < high:
        middle = (low + high + 1) // 2
        if count(text[:middle]) <= tokens:
            low = middle
        else:
            high = middle - 1
    return text[:low]
