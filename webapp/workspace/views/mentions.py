"""Where the person was named by others."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.accounts.views.plain_answers import PersonRequest, for_people
from webapp.workspace.mentions import mention_list, mentions_new
from webapp.workspace.services.comments import mentions_see

A_PAGE = 50


@require_safe
@for_people
def page(request: PersonRequest) -> HttpResponse:
    """Looking at it is having seen them."""
    new = set(mentions_new(person=request.user).values_list("pk", flat=True))
    comments = Paginator(mention_list(person=request.user), A_PAGE)
    shown = comments.get_page(request.GET.get("page"))
    response = render(
        request,
        "workspace/mentions.html",
        {"page": shown, "new": new, "num_mentions": 0},
    )
    if shown.object_list:
        mentions_see(person=request.user, until=shown.object_list[0].created_at)
    return response
