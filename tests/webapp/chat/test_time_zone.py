"""Days and times on the chat's pages are those of the reader's own clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from tests.webapp.chat.factories import ConversationFactory, answer, ask
from tests.webapp.chat.socket import Socket, cookie_of, in_database, sign_in
from webapp.accounts.models import User
from webapp.chat.models import Conversation
from webapp.generation.models import Generation


def zone_where_it_is(hour: int) -> str:
    """A zone that is in this hour of its day now. Etc/GMT+1 is west of Greenwich."""
    west = (datetime.now(UTC).hour - hour) % 24
    return f"Etc/GMT+{west}" if west <= 12 else f"Etc/GMT-{24 - west}"


@pytest.mark.django_db
@pytest.mark.parametrize(("hour", "day"), [(0, "Yesterday"), (12, "Today")])
def test_the_list_is_grouped_by_the_readers_days(
    client: Client, alice: User, hour: int, day: str
) -> None:
    ConversationFactory.create(owner=alice)
    Conversation.objects.update(updated_at=timezone.now() - timedelta(hours=2))
    client.force_login(alice)
    client.cookies["time_zone"] = zone_where_it_is(hour)
    page = client.get(reverse("chat_new")).content.decode()
    assert f'<h2 class="sidelist-day">{day}</h2>' in page


@pytest.mark.django_db(transaction=True)
async def test_a_socket_tells_times_by_the_readers_clock(alice: User) -> None:
    zone = "Pacific/Kiritimati"  # 14 hours before Greenwich: always another hour
    client = await sign_in(alice)
    cookie = await in_database(lambda: cookie_of(client))
    async with Socket(f"{cookie}; time_zone={zone}") as socket:
        sent = await in_database(lambda: ask(alice, "Hello"))
        await socket.ask("open", conversation=str(sent.conversation.pk))
        await in_database(lambda: answer(sent.generation, "Hi."))
        finished = await socket.until("finished")
    generation = await in_database(lambda: Generation.objects.get())
    assert generation.finished_at is not None
    there = generation.finished_at.astimezone(ZoneInfo(zone))
    assert date_format(there, "DATETIME_FORMAT") in finished["html"]
