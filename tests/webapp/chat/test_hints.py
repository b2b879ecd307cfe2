"""A hint that cannot be sent costs nobody what they asked for."""

import asyncio
import logging

import pytest
from channels.layers import BaseChannelLayer
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from redis.exceptions import ConnectionError as RedisConnectionError

from tests.webapp.chat.factories import ask
from webapp.accounts.models import User
from webapp.common import hints
from webapp.generation.models import Generation


class HangingLayer(BaseChannelLayer):  # type: ignore[misc]  # channels is untyped
    async def group_send(self, group: str, message: dict[str, str]) -> None:
        await asyncio.Event().wait()


class DeadLayer(BaseChannelLayer):  # type: ignore[misc]  # channels is untyped
    async def group_send(self, group: str, message: dict[str, str]) -> None:
        raise RedisConnectionError("refused")


@pytest.mark.parametrize("layer", [HangingLayer, DeadLayer])
def test_a_message_is_sent_without_a_channel_layer(
    *,
    layer: type[BaseChannelLayer],
    alice: User,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(hints, "SECONDS", 0)
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": f"{__name__}.{layer.__name__}"},
    }
    with (
        caplog.at_level(logging.WARNING),
        django_capture_on_commit_callbacks(execute=True),
    ):
        sent = ask(alice, "Hello")
    assert Generation.objects.filter(pk=sent.generation.pk).exists()
    assert f"conversation.{sent.conversation.pk}: hint changed not sent" in caplog.text
    assert f"person.{alice.pk}: hint list not sent" in caplog.text
