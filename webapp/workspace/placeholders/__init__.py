"""Placeholders and tags: found, hidden from models, and put back. Without Django."""

from webapp.workspace.placeholders.alignment import Alignment, alignment_of
from webapp.workspace.placeholders.find import placeholders_find, placeholders_same
from webapp.workspace.placeholders.kinds import Kind, Placeholder
from webapp.workspace.placeholders.mask import Masked, bare, mask
from webapp.workspace.placeholders.parts import Parts, parts_split
from webapp.workspace.placeholders.restore import Restored, restore

__all__ = [
    "Alignment",
    "Kind",
    "Masked",
    "Parts",
    "Placeholder",
    "Restored",
    "alignment_of",
    "bare",
    "mask",
    "parts_split",
    "placeholders_find",
    "placeholders_same",
    "restore",
]
