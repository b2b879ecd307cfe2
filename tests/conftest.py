"""The cast of the tests, and the servers behind them."""

import subprocess
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.utils import translation

from tests.factories import MembershipFactory, TeamFactory, UserFactory
from tests.servers import process_end, redis_start
from webapp.accounts.models import Membership, Team, User


@pytest.fixture(scope="session", autouse=True)
def redis_server() -> Iterator["subprocess.Popen[bytes]"]:
    """The redis-server at settings.REDIS_URL, empty before each test."""
    process = redis_start(settings.TANDEM_HOME / "redis")
    yield process
    process_end(process)


@pytest.fixture(scope="session")
def redis_client(
    redis_server: "subprocess.Popen[bytes]",
) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client


@pytest.fixture(autouse=True)
def empty_redis(redis_client: redis.Redis) -> None:
    redis_client.flushall()


@pytest.fixture(autouse=True)
def english() -> None:
    """A test before may have asked for a page in Chinese."""
    translation.activate("en")


@pytest.fixture
def team(db: None) -> Team:
    return TeamFactory.create(name="Translators")


@pytest.fixture
def alice(team: Team) -> User:
    """Owns the team."""
    return _member(team, "alice", Membership.Role.OWNER)


@pytest.fixture
def bob(team: Team) -> User:
    """Is on alice's team."""
    return _member(team, "bob", Membership.Role.MEMBER)


@pytest.fixture
def charlie(db: None) -> User:
    """A stranger with a team of his own: must be refused."""
    return _member(TeamFactory.create(name="Strangers"), "charlie", "owner")


def _member(team: Team, name: str, role: str) -> User:
    person = UserFactory.create(
        email=f"{name}@example.com", name=name.title(), active_team=team
    )
    MembershipFactory.create(team=team, user=person, role=role)
    return person
