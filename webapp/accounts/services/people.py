"""A person's own preferences."""

from django.db import transaction

from webapp.accounts.models import User


@transaction.atomic
def person_update(
    *,
    person: User,
    name: str | None = None,
    language: str | None = None,
    theme: str | None = None,
) -> User:
    """Change what is given, and leave the rest."""
    given = {"name": name, "language": language, "theme": theme}
    changes = {field: value for field, value in given.items() if value is not None}
    for field, value in changes.items():
        setattr(person, field, value)
    person.clean_fields(exclude=_all_but(changes))
    person.save(update_fields=list(changes))
    return person


def _all_but(fields: dict[str, str]) -> set[str]:
    return {field.name for field in User._meta.fields} - set(fields)
