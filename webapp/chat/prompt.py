"""What the model is shown: the preset, then the branch."""

from collections.abc import Iterable

from inference.contract import ChatMessage, Role
from webapp.chat.models import Conversation, Message, Preset


def prompt_build(
    *, preset: Preset | None, branch: Iterable[Message]
) -> tuple[ChatMessage, ...]:
    """Instructions as the system's turn, examples as turns, then what was said.

    An answer that failed before its first word is left out.
    """
    turns = [*_preset_turns(preset), *_branch_turns(branch)]
    return tuple(ChatMessage(role, text) for role, text in turns if text.strip())


def preset_scope(conversation: Conversation) -> str:
    """Who may notice that its instructions were used before: a preset's own team."""
    preset = conversation.preset
    return f"team:{preset.team_id}" if preset and preset.team_id else ""


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
