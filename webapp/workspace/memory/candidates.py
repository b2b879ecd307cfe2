"""Which entries may be similar: those that share most features, the rarest first.

Of each feature only the nearest in length are read, so that a frequent one costs no
more than a rare one. The same SQL on SQLite and PostgreSQL; Django cannot say it,
because it puts no limit inside a union.
"""

from collections.abc import Iterator

from django.db import connection

from webapp.workspace.memory.keys import Keys
from webapp.workspace.models import MemoryKey

NUM_CANDIDATES = 60
_NEAREST = 100  # of each feature, shorter and longer ones alike

_TABLE = connection.ops.quote_name(MemoryKey._meta.db_table)
_LONGER = (
    f"SELECT * FROM (SELECT entry_id, key, length FROM {_TABLE}"  # noqa: S608  # our own name
    " WHERE key = %s AND length BETWEEN %s AND %s"
    " ORDER BY length LIMIT %s) AS longer"
)
_SHORTER = (
    f"SELECT * FROM (SELECT entry_id, key, length FROM {_TABLE}"  # noqa: S608
    " WHERE key = %s AND length BETWEEN %s AND %s"
    " ORDER BY length DESC LIMIT %s) AS shorter"
)
# A feature that few entries have says more than one that many have.
_RANKED = (
    "SELECT entry_id FROM (SELECT entry_id, length,"
    " COUNT(*) OVER (PARTITION BY key) AS others FROM ({union}) AS found) AS counted"
    " GROUP BY entry_id"
    " ORDER BY SUM(1.0 / others) DESC, MIN(ABS(length - %s)), entry_id DESC LIMIT %s"
)


def candidates_find(keys: Keys, *, least: int) -> list[int]:
    """Ids of entries, the most promising first. least: percent that they must reach."""
    features = keys.features
    if not features:
        return []
    union = " UNION ALL ".join([_LONGER, _SHORTER] * len(features))
    values: list[int] = []
    for key in features:
        values += _values(key, keys.length, least)
    with connection.cursor() as cursor:
        cursor.execute(
            _RANKED.format(union=union), [*values, keys.length, NUM_CANDIDATES]
        )
        return [entry_id for (entry_id,) in cursor.fetchall()]


def _values(key: int, length: int, least: int) -> Iterator[int]:
    """What is much shorter or longer cannot be similar enough."""
    yield from (key, length, length * 100 // least + 1, _NEAREST)
    yield from (key, length * least // 100, length - 1, _NEAREST)
