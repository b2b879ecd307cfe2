"""The page of models: their versions, the newest jobs, and a form for one more."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from webapp.common.errors import ApplicationError
from webapp.tuning import services
from webapp.tuning.forms import JobForm
from webapp.tuning.selectors import jobs_recent, tuned_models, version_get
from webapp.tuning.views.answers import PersonRequest, for_administrators


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def models(request: PersonRequest) -> HttpResponse:
    found = tuned_models()
    form = JobForm(request.POST or None, request.FILES or None, models=found)
    if request.method == "POST" and form.is_valid():
        try:
            job = services.job_start(person=request.user, **form.values())
        except ApplicationError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect("tuning_job", job_id=job.pk)
    context = {"models": found, "jobs": jobs_recent(), "form": form}
    return render(request, "tuning/models.html", context)


@require_POST
@for_administrators
def promote(request: PersonRequest, version_id: UUID) -> HttpResponse:
    version = version_get(version_id=version_id)
    version = services.version_promote(person=request.user, version=version)
    messages.success(
        request,
        _("Version %(number)s of %(model)s serves from now on.")
        % {"number": version.number, "model": version.model},
    )
    return redirect("tuning_models")


@require_POST
@for_administrators
def discard(request: PersonRequest, version_id: UUID) -> HttpResponse:
    version = version_get(version_id=version_id)
    services.version_discard(person=request.user, version=version)
    messages.success(request, _("Discarded."))
    return redirect("tuning_models")


@require_POST
@for_administrators
def roll_back(request: PersonRequest, model: str) -> HttpResponse:
    version = services.version_roll_back(person=request.user, model=model)
    if version is None:
        text = _("%(model)s serves as shipped again.") % {"model": model}
    else:
        text = _("Version %(number)s of %(model)s serves again.") % {
            "number": version.number,
            "model": model,
        }
    messages.success(request, text)
    return redirect("tuning_models")
