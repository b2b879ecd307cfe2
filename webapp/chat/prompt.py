"""What the model is shown: the preset, then the branch."""

from collections.abc import Iterable

from inference.contract import ChatMessage, Role
from webapp.chat.models import Message, Preset


def prompt_build(
    *, preset: Preset | None, branch: Iterable[Message]
) -> tuple[ChatMessage, ...]:
    """Instructions as the system's turn, examples as turns, then what was said.

    Turns alternate, as most chat templates insist: an answer that failed before its
    first word is left out, and two messages of one side in a row become one.
    """
    turns: list[ChatMessage] = []
    for role, text in [*_preset_turns(preset), *_branch_turns(branch)]:
        if not text.strip():
            continue
        if turns and turns[-1].role == role:
            text = f"{turns.pop().content}\n\n{text}"
        turns.append(ChatMessage(role=role, content=text))
    return tuple(turns)


def _preset_turns(preset: Preset | None) -> list[tuple[Role, str]]:
    if preset is None:
        return []
    turns = [(Role.SYSTEM, preset.instructions)]
    for example in preset.examples:
        turns.append((Role.USER, example["question"]))
        turns.append((Role.ASSISTANT, example["answer"]))
    return turns


def _branch_turns(branch: Iterable[Message]) -> list[tuple[Role, str]]:
    return [(Role(message.role), message.body) for message in branch]
