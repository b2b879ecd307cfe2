"""A translation that a team remembers, and how it is found again."""

from django.conf import settings
from django.db import models

from webapp.workspace.models.project import Project


class MemoryEntry(models.Model):
    """A source with its translation. A team's, and no other's.

    The keys are numbers made of team, languages and text (webapp/workspace/memory/
    keys.py), so that one small index finds what is alike in one team and direction.
    """

    team = models.ForeignKey(
        "accounts.Team", on_delete=models.CASCADE, related_name="memory"
    )
    project = models.ForeignKey(
        Project, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    source_language = models.CharField(max_length=35)
    target_language = models.CharField(max_length=35)
    source = models.TextField()
    target = models.TextField()
    exact_key = models.BigIntegerField(db_index=True)
    # Numbers and placeholders left out, letters small: what repairing makes exact.
    normal_key = models.BigIntegerField(db_index=True)
    context_key = models.BigIntegerField(null=True)  # of what stood before and after
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    origin = models.CharField(max_length=200, blank=True)  # a document or file name
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.source[:60]


class MemoryKey(models.Model):
    """One of up to eight features of an entry's source, for finding what is similar.

    The primary key is the index that a look-up reads: of a feature first those whose
    length is nearest.
    """

    pk = models.CompositePrimaryKey("key", "length", "entry_id")
    key = models.BigIntegerField()
    length = models.SmallIntegerField()  # of the normalised source, in characters
    entry = models.ForeignKey(
        MemoryEntry, on_delete=models.CASCADE, related_name="keys"
    )

    def __str__(self) -> str:
        return f"{self.key} of {self.entry_id}"
