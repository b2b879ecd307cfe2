"""Logs: one line an event, ids and never texts."""

import logging
from http import HTTPStatus

from webapp.settings import env

LOG_LEVEL = env.choice("TANDEM_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING"))


def is_surprise(record: logging.LogRecord) -> bool:
    """503 is what /readyz answers on purpose, several times a second at the start."""
    return getattr(record, "status_code", 0) != HTTPStatus.SERVICE_UNAVAILABLE


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "filters": {
        "surprise": {
            "()": "django.utils.log.CallbackFilter",
            "callback": is_surprise,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["surprise"]},
        # Two lines for each task, and one task runs each second.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
