"""The first look back: every generation, and who read it. Nothing can be changed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import (
    AllValuesCheckboxFilter,
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
)
from unfold.decorators import display

from webapp.accounts.models import User
from webapp.generation.models import Generation
from webapp.generation.words import error_message
from webapp.usage.filters import DayFilter
from webapp.usage.models import AccessRecord
from webapp.usage.search import text_contains
from webapp.usage.services import access_record

LABELS = {
    Generation.Status.QUEUED: "info",
    Generation.Status.RUNNING: "info",
    Generation.Status.DONE: "success",
    Generation.Status.CANCELLED: "warning",
    Generation.Status.FAILED: "danger",
}


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    """To be read, by nobody to be written."""

    show_full_result_count = False
    list_filter_submit = True
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    """Lists show who and how much; words are shown only where an opening is noted."""

    list_display = [
        "short_id",
        "queued_at",
        "person",
        "team",
        "model",
        "status_label",
        "finish_reason",
        "prompt_tokens",
        "output_tokens",
        "first_token_wait",
    ]
    list_filter = [
        ("person", AutocompleteSelectFilter),
        ("team", AutocompleteSelectFilter),
        ("model", AllValuesCheckboxFilter),
        ("status", ChoicesDropdownFilter),
        ("finish_reason", ChoicesDropdownFilter),
        ("queued_at", DayFilter),
    ]
    list_select_related = ["person", "team"]
    search_fields = ["output"]  # shows the search box; get_search_results looks wider
    search_help_text = _("Words of the prompt or the output, or an id")
    change_form_before_template = "admin/generation/generation/texts.html"
    fieldsets = [
        (
            _("Who and what"),
            {
                "fields": [
                    "person",
                    "team",
                    "purpose",
                    "status",
                    "finish_reason",
                    "error_code",
                    "error_params",
                ]
            },
        ),
        (
            _("Model"),
            {"fields": ["model", "model_version", "sampling", "dropped_messages"]},
        ),
        (
            _("Figures"),
            {
                "fields": [
                    "prompt_tokens",
                    "cached_tokens",
                    "output_tokens",
                    "queued_at",
                    "started_at",
                    "first_token_at",
                    "finished_at",
                    "queue",
                    "worker",
                    "attempts",
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Generation]:
        generations: QuerySet[Generation] = super().get_queryset(request)
        # Lists would otherwise carry every word and token of a hundred answers.
        return generations.defer(
            "messages",
            "prompt_token_ids",
            "prefix",
            "prefix_token_ids",
            "output",
            "output_token_ids",
            "explanation",
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Generation], search_term: str
    ) -> tuple[QuerySet[Generation], bool]:
        """Words, or the whole id or its beginning as the list shows it."""
        term = search_term.strip()
        found = text_contains(queryset, term)
        if term and set(term.lower()) <= set("0123456789abcdef-"):
            found = found | text_contains(queryset, "").filter(id__startswith=term)
        return found, False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        """The one place where words are shown: note it before they are."""
        generation = kwargs["obj"]
        assert isinstance(request.user, User)
        access_record(reader=request.user, generation=generation)
        context["generation"] = generation
        if generation.error_code:
            context["error"] = error_message(
                generation.error_code, generation.error_params
            )
        response: HttpResponse = super().render_change_form(request, context, **kwargs)
        return response

    @display(description=_("id"), ordering="id")  # type: ignore[untyped-decorator]  # unfold
    def short_id(self, generation: Generation) -> str:
        return str(generation.pk)[:8]

    @display(description=_("status"), ordering="status", label=LABELS)  # type: ignore[untyped-decorator]  # unfold
    def status_label(self, generation: Generation) -> tuple[str, str]:
        return generation.status, generation.get_status_display()

    @display(description=_("first token"))  # type: ignore[untyped-decorator]  # unfold
    def first_token_wait(self, generation: Generation) -> str | None:
        if generation.first_token_at is None:
            return None
        waited = generation.first_token_at - generation.queued_at
        return f"{waited.total_seconds():.2f} s"


@admin.register(AccessRecord)
class AccessRecordAdmin(ReadOnlyAdmin):
    list_display = ["read_at", "reader_email", "person", "generation_id"]
    list_filter = [
        ("reader", AutocompleteSelectFilter),
        ("person", AutocompleteSelectFilter),
        ("read_at", DayFilter),
    ]
    list_select_related = ["person"]
    search_fields = ["reader_email", "person__email"]
    fields = ["read_at", "reader", "reader_email", "person", "generation_id"]
