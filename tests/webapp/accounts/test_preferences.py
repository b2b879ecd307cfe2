"""What people set for themselves, and the language of their pages."""

import pytest
from django.test import Client
from django.urls import reverse

from webapp.accounts.models import User

pytestmark = pytest.mark.django_db


def test_it_changes_what_is_sent_and_leaves_the_rest(
    client: Client, alice: User
) -> None:
    client.force_login(alice)
    address = reverse("accounts_preferences")

    client.post(address, {"theme": "dark"})
    client.post(address, {"language": "zh-hans"})
    alice.refresh_from_db()
    assert (alice.theme, alice.language, alice.name) == ("dark", "zh-hans", "Alice")

    client.post(address, {"name": "Ana", "language": "", "is_staff": "on"})
    alice.refresh_from_db()
    assert (alice.theme, alice.language, alice.name) == ("dark", "", "Ana")
    assert not alice.is_staff


@pytest.mark.parametrize(
    "wrong", [{"theme": "neon"}, {"language": "tlh"}, {"name": "x" * 121}]
)
def test_it_rejects_what_does_not_exist(
    client: Client, alice: User, wrong: dict[str, str]
) -> None:
    client.force_login(alice)

    assert client.post(reverse("accounts_preferences"), wrong).status_code == 400
    alice.refresh_from_db()
    assert (alice.theme, alice.language, alice.name) == ("system", "", "Alice")


def test_a_script_gets_no_page_and_a_form_goes_back(
    client: Client, alice: User
) -> None:
    client.force_login(alice)
    address, data = reverse("accounts_preferences"), {"theme": "dark"}

    script = client.post(address, data, headers={"Sec-Fetch-Mode": "cors"})
    form = client.post(address, data | {"next": "/teams/"})
    assert "Saved." not in client.get("/teams/").content.decode()  # it is to be seen
    elsewhere = client.post(address, data | {"next": "//evil.example/"})

    assert script.status_code == 204
    assert form["Location"] == "/teams/"
    assert elsewhere["Location"] == reverse("accounts_settings")
    assert "Saved." in client.get("/settings/").content.decode()


def language_of(client: Client, accept: str = "") -> str:
    response = client.get("/accounts/login/", headers={"accept-language": accept})
    if response.status_code == 302:  # signed in
        response = client.get("/settings/", headers={"accept-language": accept})
    return response["Content-Language"]


def test_the_browser_chooses_the_language_of_a_stranger(client: Client) -> None:
    assert language_of(client) == "en"
    assert language_of(client, "zh-CN,zh;q=0.9,en;q=0.5") == "zh-hans"
    assert language_of(client, "fr") == "en"


def test_a_strangers_choice_is_kept_in_a_cookie(client: Client) -> None:
    client.post(reverse("accounts_preferences"), {"language": "zh-hans"})

    assert language_of(client, "en") == "zh-hans"


def test_a_persons_choice_beats_cookie_and_browser(client: Client, alice: User) -> None:
    client.cookies["language"] = "en"
    client.force_login(alice)
    assert language_of(client, "zh-CN") == "en"

    alice.language = "zh-hans"
    alice.save()
    assert language_of(client, "en") == "zh-hans"
