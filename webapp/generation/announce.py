"""Words to whoever listens at Redis. Lost ones cost a second: the row has it all."""

import logging
from collections.abc import Sequence

from webapp.common.redis import RedisError
from webapp.generation.token_log import token_logs_cancel, token_logs_end

log = logging.getLogger(__name__)


def ends_announce(ids: Sequence[str]) -> None:
    try:
        token_logs_end(ids)
    except RedisError as error:
        log.warning("the end of %s was not announced: %s", ", ".join(ids), error)


def cancels_announce(ids: Sequence[str]) -> None:
    try:
        token_logs_cancel(ids)
    except RedisError as error:
        log.warning("the stop of %s was not announced: %s", ", ".join(ids), error)
