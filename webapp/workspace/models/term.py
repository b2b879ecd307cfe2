"""A word that has its translation, or must be left as it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from webapp.common.ids import new_id
from webapp.workspace.models.project import Project


class Term(models.Model):
    """A team's; with a project it holds in that one alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.CASCADE, related_name="terms"
    )
    project = models.ForeignKey(
        Project, null=True, on_delete=models.CASCADE, related_name="terms"
    )
    language = models.CharField(max_length=35)
    text = models.CharField(max_length=200)
    is_case_sensitive = models.BooleanField(_("upper and lower case"), default=False)
    is_untranslatable = models.BooleanField(_("do not translate"), default=False)
    explanation = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["text"]
        indexes = [models.Index(fields=["team", "language"], name="term_of_team")]

    def __str__(self) -> str:
        return self.text


class TermTarget(models.Model):
    """One way to say it in one language, or one that is forbidden."""

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="targets")
    language = models.CharField(max_length=35)
    text = models.CharField(max_length=200)
    is_forbidden = models.BooleanField(_("forbidden"), default=False)
    is_preferred = models.BooleanField(_("preferred"), default=False)

    class Meta:
        ordering = ["-is_preferred", "text"]

    def __str__(self) -> str:
        return self.text
