"""The admin's pages may do a little more than others, and no page more than that."""

import pytest
from django.test import Client
from django.urls import reverse

from webapp.accounts.models import User

pytestmark = pytest.mark.django_db


def policy(client: Client, address: str) -> dict[str, set[str]]:
    header = client.get(address)["Content-Security-Policy"]
    parts = (part.split() for part in header.split(";"))
    return {name: set(sources) for name, *sources in parts}


def test_only_eval_and_inline_style_are_added_under_admin(
    root_client: Client, root: User
) -> None:
    strict = policy(root_client, reverse("accounts_settings"))
    loose = policy(root_client, reverse("admin:index"))

    assert strict["script-src"] == strict["style-src"] == {"'self'"}
    assert strict["default-src"] == {"'none'"}
    assert loose.pop("script-src") == {"'self'", "'unsafe-eval'"}
    assert loose.pop("style-src") == {"'self'", "'unsafe-inline'"}
    assert loose.items() <= strict.items()


def test_the_admins_pages_have_no_inline_script_and_no_foreign_host(
    root_client: Client,
) -> None:
    for name in ("admin:index", "admin:generation_generation_changelist"):
        page = root_client.get(reverse(name)).content.decode()
        assert "<script>" not in page
        assert ' src="http' not in page
        assert ' onclick="' not in page
