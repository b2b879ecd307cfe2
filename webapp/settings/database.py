"""SQLite in the data directory, or the server that DATABASE_URL names."""

from typing import Any

from webapp.settings import env
from webapp.settings.base import TANDEM_HOME

_url = env.text("DATABASE_URL")
_database: dict[str, Any] = (
    env.database(_url)
    if _url
    else {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": TANDEM_HOME / "tandem.sqlite3",
    }
)

if _database["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that reads first and writes later would otherwise fail
    # at once when another writer came between, whatever the time-out.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # Under ASGI persistent connections are off; the driver's pool takes their place.
    _database["CONN_MAX_AGE"] = 0
    _database["CONN_HEALTH_CHECKS"] = False
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "pool": {
            "min_size": 1,
            "max_size": env.integer("TANDEM_DATABASE_POOL", 10, least=2),
            "timeout": 10,
        },
    }

DATABASES = {"default": _database}
