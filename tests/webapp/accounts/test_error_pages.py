"""What people see when something is not there, not allowed, or broken."""

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import server_error
from pytest_django import Settings

from tests.webapp.accounts.test_sign_in import sign_in
from webapp.accounts.models import Team, User

pytestmark = pytest.mark.django_db


def test_an_unknown_address_is_a_page_of_the_product(client: Client) -> None:
    response = client.get("/no/such/place/")

    assert response.status_code == 404
    assert b"Nothing here" in response.content


def test_a_role_that_does_not_suffice_is_said_in_words(
    client: Client, team: Team, bob: User
) -> None:
    client.force_login(bob)

    response = client.post(f"/teams/{team.pk}/rename/", {"name": "Mine"})

    assert response.status_code == 403
    assert "Your role in this team does not allow this." in response.content.decode()


def test_a_form_without_its_token_changes_nothing(team: Team, alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    response = client.post(f"/teams/{team.pk}/rename/", {"name": "Forged"})

    assert response.status_code == 403
    assert b"Send it again" in response.content
    team.refresh_from_db()
    assert team.name == "Translators"


def test_the_page_of_a_broken_server_needs_no_request() -> None:
    response = server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert b"Something broke" in response.content


def test_without_redis_sign_in_says_to_try_again(
    client: Client, alice: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/redis.sock",
        }
    }

    response = sign_in(client, alice.email)

    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert b"Try again in a moment" in response.content
    assert "no Redis" in caplog.text
