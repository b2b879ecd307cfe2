"""A model's own template renders, within bounds, or is refused in words."""

import json
from pathlib import Path

import pytest

from inference.contract import ChatMessage, Role
from inference.errors import ModelUnavailableError
from inference.text.chat_template import (
    ChatTemplate,
    ChatTemplateError,
    chat_template_read,
)
from tests.inference.tiny_model import CHAT_TEMPLATE

HELLO = [ChatMessage(Role.SYSTEM, "Be kind."), ChatMessage(Role.USER, "Hello")]
SAYS_ALL = "{% for m in messages %}{{ m.content }}{% endfor %}"

HOSTILE = {
    "endless loops": (
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    ),
    "endless recursion": "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
    "doubling with ~": (
        "{% set n = namespace(x='ab') %}"
        "{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}"
    ),
    "doubling with +": (
        "{% set n = namespace(x='ab') %}"
        "{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}"
    ),
    "a huge product": "{{ 'a' * 999999999999 }}",
    "a huge power": "{{ 9 ** 999999999 }}",
    "a huge width": "{{ '%999999999d' % 1 }}",
    "reaching for Python": "{{ ().__class__.__mro__ }}",
    "changing a message": "{{ messages.append(1) }}",
    "switching the limits off": "{% set _tandem_tick = 1 %}" + SAYS_ALL,
    "reading a file": "{% include '/etc/passwd' %}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_template_is_refused(name: str) -> None:
    with pytest.raises(ModelUnavailableError, match="its chat template"):
        ChatTemplate(HOSTILE[name], {})


@pytest.mark.parametrize("source", ["{{ messages[0].content", "hello", ""])
def test_a_broken_or_deaf_template_is_refused(source: str) -> None:
    with pytest.raises(ModelUnavailableError, match="its chat template"):
        ChatTemplate(source, {})


def test_it_renders_roles_and_special_tokens() -> None:
    template = ChatTemplate("{{ bos_token }}" + CHAT_TEMPLATE, {"bos_token": "<s>"})
    assert template.render(HELLO) == (
        "<s><|im_start|>system\nBe kind.<|im_end|>\n"
        "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n"
    )


def test_it_knows_what_templates_of_the_hub_use() -> None:
    template = ChatTemplate(
        "{%- for m in messages %}{% if loop.index > 5 %}{% break %}{% endif %}"
        "{% generation %}{{ m | tojson }}{% endgeneration %}{% endfor %}"
        "{{ strftime_now('%Y') | length }}{{ messages[0]['content'] | trim }}",
        {},
    )
    assert template.render([ChatMessage(Role.USER, "<你>")]) == (
        '{"role": "user", "content": "<你>"}4<你>'
    )


def test_a_model_without_system_messages_reads_them_before_the_first_question() -> None:
    template = ChatTemplate(
        "{% for m in messages %}{% if m.role == 'system' %}"
        "{{ raise_exception('no system here') }}{% endif %}"
        "[{{ m.role }}] {{ m.content }}{% endfor %}",
        {},
    )
    assert template.render(HELLO) == "[user] Be kind.\n\nHello"


def test_what_the_template_objects_to_is_told() -> None:
    template = ChatTemplate(
        "{% if messages | length > 1 %}{{ raise_exception('one at a time') }}"
        "{% endif %}{{ messages[0].content }}",
        {},
    )
    with pytest.raises(ChatTemplateError, match="one at a time"):
        template.render([*HELLO, *HELLO])


def test_a_long_conversation_is_within_the_bounds() -> None:
    template = ChatTemplate(CHAT_TEMPLATE, {})
    text = template.render([ChatMessage(Role.USER, "x" * 100)] * 5_000)
    assert text.count("x" * 100) == 5_000


def test_the_template_file_wins_over_the_settings(tmp_path: Path) -> None:
    settings = {"chat_template": "A" + SAYS_ALL}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings))
    assert chat_template_read(tmp_path, {}).render(HELLO) == "ABe kind.Hello"
    (tmp_path / "chat_template.jinja").write_text("B" + SAYS_ALL)
    assert chat_template_read(tmp_path, {}).render(HELLO) == "BBe kind.Hello"


def test_of_several_templates_the_default_is_taken(tmp_path: Path) -> None:
    templates = [
        {"name": "tool_use", "template": "T"},
        {"name": "default", "template": "D" + SAYS_ALL},
    ]
    (tmp_path / "tokenizer_config.json").write_text(
        json.dumps({"chat_template": templates})
    )
    assert chat_template_read(tmp_path, {}).render(HELLO) == "DBe kind.Hello"


def test_a_missing_template_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "tokenizer_config.json").write_text("{}")
    with pytest.raises(ModelUnavailableError, match="has no chat_template"):
        chat_template_read(tmp_path, {})
