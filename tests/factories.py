"""People and teams for tests. Other apps have factories beside their own tests."""

from typing import Any

from django.contrib.auth.hashers import make_password
from factory.declarations import LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.faker import Faker

from webapp.accounts.models import Membership, Team, User

PASSWORD = "correct horse battery"
_hashes: list[str] = []


def password_hash() -> str:
    """Hashed once: Argon2 is slow on purpose."""
    if not _hashes:
        _hashes.append(make_password(PASSWORD))
    return _hashes[0]


class UserFactory(DjangoModelFactory[User]):
    """A person who signs in with PASSWORD."""

    class Meta:
        model = User

    email = Sequence("person{}@example.com".format)
    name = Faker("name")
    password = LazyFunction(password_hash)


class TeamFactory(DjangoModelFactory[Team]):
    class Meta:
        model = Team

    name = Sequence("Team {}".format)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    team: Any = SubFactory(TeamFactory)
    user: Any = SubFactory(UserFactory)
    role = Membership.Role.MEMBER
