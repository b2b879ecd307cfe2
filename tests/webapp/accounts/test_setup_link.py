"""The first administrator, and why there is never a second one by the same way."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD
from webapp.accounts.models import SetupLink, User
from webapp.accounts.services import setup_link_create


def path_of_new_link() -> str:
    link = setup_link_create()
    assert link is not None
    return urlsplit(link).path


def fill_in(path: str, email: str = "root@example.com") -> int:
    data = {"name": "Root", "email": email, "password": PASSWORD}
    return Client().post(path, data).status_code


@pytest.mark.django_db
def test_it_makes_an_administrator_who_can_enter_the_admin(client: Client) -> None:
    path = path_of_new_link()

    assert client.get(path).status_code == 200
    data = {"email": "Root@Example.com", "name": "Root", "password": PASSWORD}
    response = client.post(path, data)

    root = User.objects.get()
    assert root.is_superuser
    assert root.email == "root@example.com"
    assert response["Location"] == reverse("admin:index")
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.django_db
def test_it_is_void_once_used_and_when_a_newer_one_is_made() -> None:
    older, newer = path_of_new_link(), path_of_new_link()

    assert fill_in(older) == 404
    assert fill_in(newer) == 302
    assert fill_in(newer, "second@example.com") == 404
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_mistake_in_the_form_does_not_use_it_up() -> None:
    path = path_of_new_link()
    weak = {"email": "root@example.com", "name": "", "password": "password"}

    assert Client().post(path, weak).status_code == 400
    assert fill_in(path) == 302


@pytest.mark.django_db
def test_an_address_that_is_taken_does_not_use_it_up(alice: User) -> None:
    path = path_of_new_link()

    assert fill_in(path, alice.email) == 400
    assert fill_in(path) == 302


@pytest.mark.django_db
def test_the_command_prints_it_until_there_is_an_administrator() -> None:
    first, second = StringIO(), StringIO()

    call_command("setup_link", stdout=first)
    assert fill_in(urlsplit(first.getvalue().strip()).path) == 302
    call_command("setup_link", stdout=second)

    assert "There is an administrator already." in second.getvalue()


@pytest.mark.django_db
def test_an_administrator_made_at_the_terminal_closes_it() -> None:
    path = path_of_new_link()
    User.objects.create_superuser("root@example.com", PASSWORD)

    assert fill_in(path, "late@example.com") == 404
    assert setup_link_create() is None


@pytest.mark.django_db
def test_createsuperuser_makes_somebody_who_can_sign_in(client: Client) -> None:
    call_command(
        "createsuperuser", email="Root@example.com", interactive=False, verbosity=0
    )
    root = User.objects.get()
    root.set_password(PASSWORD)
    root.save()

    data = {"login": "root@example.com", "password": PASSWORD}
    assert client.post(reverse("account_login"), data)["Location"] == "/"


@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_once_exactly_one_becomes_administrator() -> None:
    path = path_of_new_link()

    def attempt(number: int) -> int:
        try:
            return fill_in(path, f"root{number}@example.com")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as pool:
        answers = sorted(pool.map(attempt, range(50)))

    assert answers == [302] + [404] * 49
    assert User.objects.filter(is_superuser=True).count() == 1
    assert User.objects.count() == 1
    assert SetupLink.objects.get().used_at is not None
