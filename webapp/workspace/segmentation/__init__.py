"""Sentences of a paragraph, by SRX rules: ours, or those a person brings."""

from webapp.workspace.segmentation.by_hand import (
    segment_margins,
    segment_split,
    segments_merge,
)
from webapp.workspace.segmentation.errors import SrxError
from webapp.workspace.segmentation.segmenter import Segmenter, own_segmenter
from webapp.workspace.segmentation.srx import (
    MAX_RULES_BYTES,
    SrxDocument,
    own_rules,
    srx_parse,
)

__all__ = [
    "MAX_RULES_BYTES",
    "Segmenter",
    "SrxDocument",
    "SrxError",
    "own_rules",
    "own_segmenter",
    "segment_margins",
    "segment_split",
    "segments_merge",
    "srx_parse",
]
