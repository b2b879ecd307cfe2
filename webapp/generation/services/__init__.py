"""The only writers of a generation's row.

The web side starts and cancels; a worker claims, check-points and ends, and every one
of its writes names the epoch of its claim: an older claim changes nothing.
"""

from webapp.generation.services.checkpoint import (
    Checkpoint,
    Lease,
    checkpoints_save,
    leases_renew,
)
from webapp.generation.services.claim import (
    generation_claim,
    generation_release,
    generation_requeue,
    generations_mark_woken,
)
from webapp.generation.services.end import Ending, generation_end
from webapp.generation.services.start import generation_cancel, generation_start

__all__ = [
    "Checkpoint",
    "Ending",
    "Lease",
    "checkpoints_save",
    "generation_cancel",
    "generation_claim",
    "generation_end",
    "generation_release",
    "generation_requeue",
    "generation_start",
    "generations_mark_woken",
    "leases_renew",
]
