"""A team's project, and the parts that people play in it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from webapp.common.ids import new_id


class Project(models.Model):
    """One source language, some target languages, and how its texts are translated."""

    class Formality(models.TextChoices):
        ANY = "", pgettext_lazy("formality", "As it comes")
        FORMAL = "formal", pgettext_lazy("formality", "Formal")
        INFORMAL = "informal", pgettext_lazy("formality", "Informal")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.CASCADE, related_name="projects"
    )
    name = models.CharField(pgettext_lazy("of a project", "name"), max_length=120)
    source_language = models.CharField(_("source language"), max_length=35)  # BCP 47
    target_languages = models.JSONField(_("target languages"), default=list)

    model = models.CharField(_("model"), max_length=200)
    # For models that can be talked to; a translation model does not read them.
    instructions = models.TextField(_("instructions"), blank=True)
    formality = models.CharField(
        _("formality"), max_length=8, choices=Formality.choices, blank=True
    )
    sampling = models.JSONField(default=dict, blank=True)
    # An exact match of the memory is taken before a model is asked.
    uses_memory = models.BooleanField(_("take exact matches"), default=True)
    may_approve_own = models.BooleanField(
        _("reviewers may approve their own work"), default=False
    )

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)  # out of sight; may be undone

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProjectMember(models.Model):
    """A part in one project that differs from the one that the team's role gives."""

    class Role(models.TextChoices):
        READER = "reader", _("Reader")
        TRANSLATOR = "translator", _("Translator")
        REVIEWER = "reviewer", _("Reviewer")
        MANAGER = "manager", _("Manager")

    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, related_name="members"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "person"], name="one_part_in_a_project"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.project_id}: {self.role}"
