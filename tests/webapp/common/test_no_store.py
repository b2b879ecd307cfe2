"""Private pages are not kept by caches, nor found again after signing out."""

import pytest
from django.test import Client

from webapp.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_page_of_somebody_signed_in_is_not_stored(alice: User) -> None:
    client = Client()
    client.force_login(alice)
    response = client.get("/")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "Cookie" in response.headers["Vary"]


def test_the_string_catalogue_may_be_cached(alice: User) -> None:
    client = Client()
    client.force_login(alice)
    response = client.get("/i18n.js?language=en")
    assert "no-store" not in response.headers.get("Cache-Control", "")


def test_an_error_page_is_not_stored_either(alice: User) -> None:
    client = Client()
    client.force_login(alice)
    response = client.get("/c/00000000-0000-4000-8000-000000000000/")
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"
