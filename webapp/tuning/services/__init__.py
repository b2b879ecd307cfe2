"""The only writers of jobs and versions."""

from webapp.tuning.services.claim import (
    Claim,
    Made,
    job_claim,
    job_end,
    job_finish,
    job_release,
    job_renew,
    job_requeue,
)
from webapp.tuning.services.start import job_cancel, job_resume, job_start
from webapp.tuning.services.versions import (
    version_discard,
    version_promote,
    version_roll_back,
)

__all__ = [
    "Claim",
    "Made",
    "job_cancel",
    "job_claim",
    "job_end",
    "job_finish",
    "job_release",
    "job_renew",
    "job_requeue",
    "job_resume",
    "job_start",
    "version_discard",
    "version_promote",
    "version_roll_back",
]
