"""Staff, with and without rights."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory
from webapp.accounts.models import User


@pytest.fixture
def root(db: None) -> User:
    return UserFactory.create(
        email="root@example.com", name="Root", is_staff=True, is_superuser=True
    )


@pytest.fixture
def clerk(db: None) -> User:
    """On the staff, and allowed nothing yet."""
    return UserFactory.create(email="clerk@example.com", is_staff=True)


@pytest.fixture
def root_client(root: User) -> Client:
    client = Client()
    client.force_login(root)
    client.get(reverse("accounts_settings"))  # the first visit notes the session
    return client
