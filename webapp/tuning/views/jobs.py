"""One job: how far it is, what came of it, and what to do with that."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from webapp.tuning import services
from webapp.tuning.job_view import JobView
from webapp.tuning.models import TuningJob
from webapp.tuning.selectors import job_get
from webapp.tuning.views.answers import PersonRequest, for_administrators


@require_safe
@for_administrators
def job(request: PersonRequest, job_id: UUID) -> HttpResponse:
    """All of it; for htmx only what changes while it runs."""
    context = {"view": JobView(job_get(job_id=job_id))}
    name = "_job" if request.headers.get("HX-Request") else "job"
    return render(request, f"tuning/{name}.html", context)


@require_safe
@for_administrators
def curve(_request: PersonRequest, job_id: UUID) -> HttpResponse:
    path = _home(job_get(job_id=job_id)) / "curve.svg"
    if not path.is_file():
        raise Http404
    return HttpResponse(path.read_bytes(), content_type="image/svg+xml")


@require_POST
@for_administrators
def cancel(_request: PersonRequest, job_id: UUID) -> HttpResponse:
    services.job_cancel(job=job_get(job_id=job_id))
    return redirect("tuning_job", job_id=job_id)


@require_POST
@for_administrators
def resume(_request: PersonRequest, job_id: UUID) -> HttpResponse:
    services.job_resume(job=job_get(job_id=job_id))
    return redirect("tuning_job", job_id=job_id)


def _home(found: TuningJob) -> Path:
    home: Path = settings.TUNING_HOME / "jobs" / str(found.pk)
    return home
