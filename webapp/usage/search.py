"""Finding generations by their words."""

import json

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from webapp.generation.models import Generation


def text_contains(generations: QuerySet[Generation], text: str) -> QuerySet[Generation]:
    """Those whose prompt or output has every word of `text`, upper case or lower.

    SQLite keeps the prompt's JSON with "你" written as \\u4f60, PostgreSQL as itself:
    so both spellings are looked for.
    """
    generations = generations.annotate(prompt=Cast("messages", TextField()))
    for word in text.split():
        escaped = json.dumps(word)[1:-1]
        generations = generations.filter(
            Q(prompt__icontains=word)
            | Q(prompt__icontains=escaped)
            | Q(prefix__icontains=word)
            | Q(output__icontains=word)
        )
    return generations
