"""The rows of the workspace, one noun a file."""

from webapp.workspace.models.comment import Comment, MentionsSeen
from webapp.workspace.models.document import Document, DocumentFile
from webapp.workspace.models.memory import MemoryEntry, MemoryKey
from webapp.workspace.models.operation import Operation
from webapp.workspace.models.project import Project, ProjectMember
from webapp.workspace.models.revision import SegmentRevision
from webapp.workspace.models.run import TranslationRun
from webapp.workspace.models.segment import Segment
from webapp.workspace.models.segmentation_rules import SegmentationRules
from webapp.workspace.models.term import Term, TermTarget

__all__ = [
    "Comment",
    "Document",
    "DocumentFile",
    "MemoryEntry",
    "MemoryKey",
    "MentionsSeen",
    "Operation",
    "Project",
    "ProjectMember",
    "Segment",
    "SegmentRevision",
    "SegmentationRules",
    "Term",
    "TermTarget",
    "TranslationRun",
]
