"""The team's translation memory."""

from webapp.workspace.memory.lookup import memory_exact_many, memory_lookup
from webapp.workspace.memory.match import Match
from webapp.workspace.memory.services import (
    memory_delete,
    memory_delete_origin,
    memory_import,
)

__all__ = [
    "Match",
    "memory_delete",
    "memory_delete_origin",
    "memory_exact_many",
    "memory_import",
    "memory_lookup",
]
