"""The product's settings, over a data directory and servers of the tests' own.

pytest-django reads settings before any conftest, so what they are read from is prepared
here: DATABASE_URL=embedded-postgres starts a PostgreSQL of our own (else SQLite), and
conftest.py starts the redis-server whose socket is named here. Child processes inherit
the environment; they run on `webapp.settings`.
"""

import atexit
import os
import tempfile
from pathlib import Path

from tests.servers import home_remove, postgres_start

REPOSITORY = Path(__file__).resolve().parents[1]
home = Path(tempfile.mkdtemp(prefix="tandem-"))
atexit.register(home_remove, home)

os.environ["TANDEM_HOME"] = str(home)
# One for all runs: the shipped model is fetched and converted once.
os.environ.setdefault("TANDEM_MODELS_HOME", str(REPOSITORY / "var" / "models"))
os.environ["REDIS_URL"] = f"unix://{home}/redis/redis.sock"
if os.environ.get("DATABASE_URL") == "embedded-postgres":
    os.environ["DATABASE_URL"] = postgres_start(home / "postgres")

from webapp.settings import *  # noqa: E402, F403  # read once the environment is ready
from webapp.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: one in memory knows neither WAL nor a second writer.
    DATABASES["default"]["TEST"] = {"NAME": home / "test.sqlite3"}

# Names without hashes, so that no test needs collectstatic.
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
STATIC_ROOT.mkdir()
