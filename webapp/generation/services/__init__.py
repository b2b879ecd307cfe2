"""The only writers of a generation's row.

The web side starts and cancels; a worker claims, check-points and ends, and every one
of its writes names the epoch of its claim: an older claim changes nothing.
"""

from webapp.generation.services.checkpoint import (
    Checkpoint,
    Lease,
    checkpoints_save,
    leases_renew,
    reading_columns,
)
from webapp.generation.services.claim import (
    generation_claim,
    generation_release,
    generation_requeue,
    generations_claim,
    generations_mark_woken,
)
from webapp.generation.services.end import (
    Ended,
    Ending,
    generation_end,
    generations_end,
)
from webapp.generation.services.start import (
    Prompt,
    generation_cancel,
    generation_start,
    generations_cancel,
    generations_start,
)

__all__ = [
    "Checkpoint",
    "Ended",
    "Ending",
    "Lease",
    "Prompt",
    "checkpoints_save",
    "generation_cancel",
    "generation_claim",
    "generation_end",
    "generation_release",
    "generation_requeue",
    "generation_start",
    "generations_cancel",
    "generations_claim",
    "generations_end",
    "generations_mark_woken",
    "generations_start",
    "leases_renew",
    "reading_columns",
]
