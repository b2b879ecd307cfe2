"""The rules for sentences of a project: to take away, and to bring."""

from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from webapp.accounts.views.plain_answers import PersonRequest, for_people
from webapp.common.errors import ApplicationError
from webapp.workspace.segmentation import MAX_RULES_BYTES
from webapp.workspace.services.segmentation_rules import (
    BAD_RULES,
    rules_file,
    rules_reset,
    rules_set,
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def rules(request: PersonRequest, project_id: UUID) -> HttpResponse:
    """GET: the file in use. POST rules: a file; without one, back to our own."""
    if request.method != "POST":
        return _download(*rules_file(person=request.user, project_id=project_id))
    try:
        words = _change(request, project_id)
    except ApplicationError as error:
        if error.code != BAD_RULES:
            raise
        messages.error(request, str(error.message))
    else:
        messages.success(request, words)
    return redirect("workspace_project_edit", project_id)


def _change(request: PersonRequest, project_id: UUID) -> str:
    file = request.FILES.get("rules")
    if file is None:
        rules_reset(person=request.user, project_id=project_id)
        return _("New documents are cut into sentences by the rules that come along.")
    content = file.read(MAX_RULES_BYTES + 1)
    name = file.name or "rules.srx"
    rules_set(person=request.user, project_id=project_id, name=name, content=content)
    return _("New documents are cut into sentences by the rules of “%(name)s”.") % {
        "name": name
    }


def _download(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
