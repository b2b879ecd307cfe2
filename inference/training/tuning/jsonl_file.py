"""Examples one JSON object a line: of a translation, or of a conversation.

    {"source": "...", "target": "...", "direction": "en-fr"}
    {"prompt": "...", "answer": "..."}
    {"messages": [{"role": "user", "content": "..."}, {"role": "assistant", ...}, ...]}

`direction` may be left out where the whole file has one. Of a conversation every turn
of the assistant is an example, with all that was said before it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inference.contract import ChatMessage, Role
from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.pair import text_clean
from inference.training.reading import BadLines
from inference.training.tuning.item import Item

_LINE_LIMIT = 1_000_000  # bytes


def jsonl_read(
    path: Path, direction: Direction | None, bad: BadLines
) -> Iterator[Item]:
    """Lines that hold no example are counted, with the reason."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                items = list(_items(_object(line), direction))
            except (ValueError, TrainingError) as error:
                bad.add(path, number, str(error))
            else:
                yield from items


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > _LINE_LIMIT:
        raise ValueError("longer than any example")
    try:
        values = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(values, dict):
        raise ValueError("no JSON object")
    return values


def _items(values: dict[str, Any], direction: Direction | None) -> Iterator[Item]:
    if "source" in values:
        own = values.get("direction")
        direction = Direction.parse(_text(values, "direction")) if own else direction
        if direction is None:
            raise ValueError('says no "direction", and neither does the file')
        source, target = _text(values, "source"), _text(values, "target")
        yield Item(_asked(text_clean(source)), text_clean(target), direction)
    elif "messages" in values:
        yield from _turns(values["messages"])
    elif "prompt" in values:
        yield Item(_asked(_text(values, "prompt")), _text(values, "answer"))
    else:
        raise ValueError('has no "source", no "prompt" and no "messages"')


def _asked(text: str) -> tuple[ChatMessage, ...]:
    return (ChatMessage(Role.USER, text),)


def _turns(messages: object) -> Iterator[Item]:
    if not isinstance(messages, list):
        raise ValueError('"messages" is no list')
    before: list[ChatMessage] = []
    for message in messages:
        if not isinstance(message, dict) or message.get("role") not in set(Role):
            raise ValueError(f"a message has no role of {', '.join(Role)}")
        turn = ChatMessage(Role(message["role"]), _text(message, "content"))
        if turn.role is Role.ASSISTANT:
            if not before or before[-1].role is not Role.USER:
                raise ValueError("an answer follows no question")
            yield Item(tuple(before), turn.content)
        before.append(turn)
    if not any(message.role is Role.ASSISTANT for message in before):
        raise ValueError("nobody answers in it")


def _text(values: dict[str, Any], name: str) -> str:
    text = values.get(name)
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f'"{name}" is no text')
    if "\0" in text:
        raise ValueError(f'"{name}" holds a zero byte')
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError(f'"{name}" holds half a character')
    return text
