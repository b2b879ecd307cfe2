"""Words to whoever listens at Redis. Lost ones cost a second: the row has it all."""

import logging

from webapp.common.redis import RedisError
from webapp.generation.token_log import token_log_cancel, token_log_end

log = logging.getLogger(__name__)


def end_announce(generation_id: str) -> None:
    try:
        token_log_end(generation_id=generation_id)
    except RedisError as error:
        log.warning("the end of %s was not announced: %s", generation_id, error)


def cancel_announce(generation_id: str) -> None:
    try:
        token_log_cancel(generation_id=generation_id)
    except RedisError as error:
        log.warning("the stop of %s was not announced: %s", generation_id, error)
