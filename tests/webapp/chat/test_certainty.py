"""How sure the model was, on the page of whoever asked, and nobody else's."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.webapp.chat.factories import answer, ask
from webapp.accounts.models import User
from webapp.chat.certainty import certainty_of
from webapp.generation.explanation import ExplainedToken, explanation_write
from webapp.generation.models import Generation

TOKENS = [
    ExplainedToken("Paris", -0.01, (("Paris", -0.01), ("<b>", -4.0))),
    ExplainedToken(" maybe", -2.0, ((" is", -0.5), (" maybe", -2.0))),
    ExplainedToken("."),
]


@pytest.fixture
def generation(alice: User) -> Generation:
    sent = ask(alice, "Where?", sampling={"logprobs": 5})
    answer(sent.generation, "Paris maybe.")
    Generation.objects.update(explanation=explanation_write(TOKENS, []))
    sent.generation.refresh_from_db()
    return sent.generation


def address(generation: Generation) -> str:
    return reverse("chat_certainty", args=[generation.pk])


def test_each_token_is_shaded_and_tells_what_might_have_come(
    client: Client, alice: User, generation: Generation
) -> None:
    client.force_login(alice)
    html = client.get(address(generation)).content.decode()
    shown = re.findall(r'"certain certain-(\w+)"\s*(tabindex="0")?\s*>([^<]*)<', html)
    assert shown == [
        ("sure", "", "Paris"),
        ("guess", 'tabindex="0"', " maybe"),
        ("unknown", "", "."),
    ]
    assert not re.search(r"</span>\s+<span\s+class=\"certain certain-", html), (
        "a space between the words would be one that nobody wrote"
    )
    assert "&lt;b&gt;" in html and "<bdi><b>" not in html
    assert "99%" in html and "13%" in html and "1.8%" in html
    assert "<html" not in html


def test_it_is_the_owner_s_alone(
    client: Client, bob: User, charlie: User, generation: Generation
) -> None:
    assert client.get(address(generation)).status_code == 302
    for person in (bob, charlie):
        client.force_login(person)
        assert client.get(address(generation)).status_code == 404


def test_a_button_is_there_only_where_it_was_asked_for(
    client: Client, alice: User, generation: Generation
) -> None:
    plain = ask(alice, "And where else?")
    answer(plain.generation, "Rome")
    client.force_login(alice)
    pages = [
        client.get(reverse("chat_conversation", args=[conversation])).content.decode()
        for conversation in (
            generation.message.conversation_id,
            plain.conversation.pk,
        )
    ]
    assert f'data-certainty="{address(generation)}"' in pages[0]
    assert "data-certainty" not in pages[1]


def test_the_panel_remembers_the_wish(
    client: Client, alice: User, generation: Generation
) -> None:
    client.force_login(alice)
    conversation = generation.message.conversation_id
    page = client.get(reverse("chat_conversation", args=[conversation]))
    box = page.content.decode().partition('id="sampling-logprobs"')[2].partition(">")[0]
    assert "checked" in box


def test_texts_joined_are_the_answer(generation: Generation) -> None:
    tokens = certainty_of(generation)
    assert "".join(token.text for token in tokens) == generation.output
