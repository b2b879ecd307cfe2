"""From a claimed row to what the engine is asked: for whom, and from where on."""

import logging
from collections.abc import Sequence

from django.conf import settings

from inference.contract import ChatMessage, GenerationRequest, Priority, Role
from inference.sampling_params import SamplingParams
from inference.worker.job import Made
from webapp.common.redis import RedisError
from webapp.generation.explanation import explanation_read
from webapp.generation.models import Generation
from webapp.generation.token_log import (
    Transcribed,
    token_log_read,
    token_logs_open,
)

log = logging.getLogger(__name__)


def streams_open(generations: Sequence[Generation]) -> None:
    """Let these claims append, and no older ones: one round trip for all of them."""
    claims = [(str(generation.id), generation.epoch) for generation in generations]
    try:
        token_logs_open(claims)
    except RedisError as error:
        log.warning("the streams of %s cannot be opened: %s", claims, error)


def made_before(generation: Generation) -> Made:
    """What an earlier claim left: the longer of its check-point and its stream."""
    streamed = _streamed(generation)
    count = len(streamed.token_ids)
    explained = max(
        (streamed.explained, explanation_read(generation.explanation)), key=len
    )
    if count > len(generation.output_token_ids):
        made = streamed.token_ids, streamed.text, count, streamed.text
    else:
        made = generation.output_token_ids, generation.output, count, streamed.text
    return Made(*made, explained)


def request_of(id: str, generation: Generation, made: Made) -> GenerationRequest:
    return GenerationRequest(
        id=id,
        model=generation.model,
        messages=tuple(
            ChatMessage(Role(message["role"]), message["content"])
            for message in generation.messages
        ),
        sampling=SamplingParams.from_dict(generation.sampling),
        prefix_token_ids=tuple(generation.prefix_token_ids),
        resume_token_ids=tuple(made.token_ids),
        forced_prefix=generation.forced_prefix,
        source_language=generation.source_language,
        target_language=generation.target_language,
        priority=Priority(generation.queue),
        deadline_seconds=settings.DEADLINE_SECONDS or None,
        owner=_owner(generation),
        preset_owner=generation.preset_scope,
        model_version=generation.model_version,
    )


def _streamed(generation: Generation) -> Transcribed:
    if generation.epoch == 1:  # nobody had it before
        return Transcribed()
    id = str(generation.id)
    try:
        return token_log_read(generation_id=id)
    except RedisError as error:
        log.warning("the stream of %s cannot be read: %s", id, error)
        return Transcribed()


def _owner(generation: Generation) -> str:
    """Nobody shares with another, nor a person's teams with each other."""
    if generation.person_id is None:
        return str(generation.id)
    return f"person:{generation.person_id} team:{generation.team_id}"
