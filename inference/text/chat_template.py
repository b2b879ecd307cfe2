"""A conversation as the model was trained to read it."""

import json
from collections.abc import Sequence
from pathlib import Path

from jinja2 import TemplateError

from inference.contract import ChatMessage, Role
from inference.errors import ModelUnavailableError
from inference.text.template_sandbox import template_compile, template_render

_PROBE = "What is the capital of France?"


class ChatTemplateError(ValueError):
    """These messages cannot be put into this model's form; the text says why."""


class ChatTemplate:
    """Renders messages to text. Tried out when built: a bad template never serves."""

    def __init__(self, source: str, named_tokens: dict[str, str]) -> None:
        """Raises ModelUnavailableError with the reason in words."""
        self._named_tokens = named_tokens
        try:
            self._template = template_compile(source)
            text = self._render([ChatMessage(Role.USER, _PROBE)])
        except (TemplateError, ChatTemplateError) as error:
            raise ModelUnavailableError(f"its chat template fails: {error}") from error
        if _PROBE not in text:
            raise ModelUnavailableError(
                "its chat template leaves out what the person says"
            )
        self._takes_system = self._renders_system()

    def render(self, messages: Sequence[ChatMessage]) -> str:
        """Text that ends where the model's answer begins.

        A model without system messages reads them before the first user message.
        Raises ChatTemplateError.
        """
        if not self._takes_system:
            messages = _system_into_first_user(messages)
        return self._render(messages)

    def _render(self, messages: Sequence[ChatMessage]) -> str:
        values = {
            **self._named_tokens,
            "messages": [
                {"role": message.role.value, "content": message.content}
                for message in messages
            ],
            "add_generation_prompt": True,
            "tools": None,
            "documents": None,
        }
        try:
            return template_render(self._template, values)
        except Exception as error:  # a template can raise anything that filters raise
            raise ChatTemplateError(str(error) or type(error).__name__) from error

    def _renders_system(self) -> bool:
        rule = "Answer in one word."
        messages = [ChatMessage(Role.SYSTEM, rule), ChatMessage(Role.USER, _PROBE)]
        try:
            return rule in self._render(messages)
        except ChatTemplateError:
            return False


def chat_template_read(directory: Path, named_tokens: dict[str, str]) -> ChatTemplate:
    """The template file of a model. Raises ModelUnavailableError naming it."""
    path = directory / "chat_template.jinja"
    if path.exists():
        source = path.read_text(encoding="utf-8")
    else:
        path = directory / "tokenizer_config.json"
        source = _from_settings(path)
    try:
        return ChatTemplate(source, named_tokens)
    except ModelUnavailableError as error:
        raise ModelUnavailableError(f"{path}: {error}") from error


def _from_settings(path: Path) -> str:
    settings = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    template = settings.get("chat_template")
    if isinstance(template, list):  # several under names
        named = {entry["name"]: entry["template"] for entry in template}
        template = named.get("default")
    if not isinstance(template, str):
        raise ModelUnavailableError(
            f"{path}: has no chat_template, so the model cannot be talked with"
        )
    return template


def _system_into_first_user(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    system = [m.content for m in messages if m.role is Role.SYSTEM]
    others = [m for m in messages if m.role is not Role.SYSTEM]
    if system and others:
        content = "\n\n".join([*system, others[0].content])
        others[0] = ChatMessage(others[0].role, content)
    return others
