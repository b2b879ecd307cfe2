"""Looking after people and teams in the admin."""

import pytest
from allauth.account.models import EmailAddress
from allauth.account.utils import filter_users_by_email
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.factories import PASSWORD, MembershipFactory, UserFactory
from webapp.accounts.models import Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def root_client(client: Client) -> Client:
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    client.get(reverse("accounts_settings"))  # the first visit notes the session
    return client


@pytest.mark.parametrize("name", ["user_changelist", "team_changelist", "user_add"])
def test_more_people_take_no_more_queries(
    root_client: Client,
    team: Team,
    name: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    MembershipFactory.create_batch(30, team=team)

    with django_assert_max_num_queries(10):
        assert root_client.get(reverse(f"admin:accounts_{name}")).status_code == 200


def test_a_page_of_one_person_and_of_one_team(
    root_client: Client, team: Team, alice: User, bob: User
) -> None:
    person = root_client.get(reverse("admin:accounts_user_change", args=[bob.pk]))
    group = root_client.get(reverse("admin:accounts_team_change", args=[team.pk]))

    assert "bob@example.com" in person.content.decode()
    assert "Alice" in group.content.decode()


def test_it_adds_a_person_under_the_one_spelling(root_client: Client) -> None:
    data = {
        "email": "Dora@Example.com",
        "name": "Dora",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    root_client.post(reverse("admin:accounts_user_add"), data)

    assert User.objects.get(name="Dora").email == "dora@example.com"


def test_people_are_switched_off_and_not_deleted(
    root_client: Client, bob: User
) -> None:
    address = reverse("admin:accounts_user_delete", args=[bob.pk])

    assert root_client.post(address, {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=bob.pk).exists()


def test_who_may_edit_people_cannot_become_administrator(
    client: Client, bob: User
) -> None:
    clerk = UserFactory.create(is_staff=True, email="clerk@example.com")
    clerk.user_permissions.set(Permission.objects.filter(codename__endswith="_user"))
    root = UserFactory.create(is_staff=True, is_superuser=True)
    reviewer = UserFactory.create(is_staff=True)
    client.force_login(clerk)
    data = {
        "email": "clerk@example.com",
        "name": "Clerk",
        "theme": "system",
        "is_active": "on",
        "is_superuser": "on",
        "is_staff": "on",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }

    client.post(reverse("admin:accounts_user_change", args=[clerk.pk]), data)
    for person in (root, reviewer):  # who reads what others wrote has more rights, too
        taken = reverse("admin:auth_user_password_change", args=[person.pk])
        assert client.get(taken).status_code == 403
    own = reverse("admin:auth_user_password_change", args=[clerk.pk])
    assert client.get(own).status_code == 200
    changed = client.post(reverse("admin:accounts_user_change", args=[root.pk]), data)

    clerk.refresh_from_db()
    assert clerk.name == "Clerk"
    assert not clerk.is_superuser
    assert changed.status_code == 403


def address_change(root_client: Client, person: User, email: str) -> None:
    data = {
        "email": email,
        "name": person.name,
        "theme": "system",
        "is_active": "on",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    changed = root_client.post(
        reverse("admin:accounts_user_change", args=[person.pk]), data
    )
    assert changed.status_code == 302


def test_a_new_address_is_the_only_one_that_opens_the_door(
    root_client: Client, bob: User
) -> None:
    EmailAddress.objects.create(user=bob, email=bob.email, primary=True, verified=True)
    address_change(root_client, bob, "robert@example.com")
    [address] = EmailAddress.objects.filter(user=bob)
    assert (address.email, address.primary) == ("robert@example.com", True)
    assert filter_users_by_email("bob@example.com") == []
    assert filter_users_by_email("robert@example.com") == [bob]


def test_an_address_left_over_with_somebody_else_leads_to_its_owner(
    root_client: Client, bob: User, charlie: User
) -> None:
    """Such were left when the admin changed a person's address alone."""
    free = "free@example.com"
    EmailAddress.objects.create(user=charlie, email=free, primary=True, verified=True)
    address_change(root_client, bob, free)
    assert filter_users_by_email(free) == [bob]
    assert filter_users_by_email(charlie.email) == [charlie]
