"""What a person is called, prefers, and signs in with."""

from allauth.account.models import EmailAddress
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


@transaction.atomic
def address_replace(*, person: User) -> None:
    """The address that an administrator gave them is their only one: whoever has the
    old mailbox neither signs in with it nor gets a link for a new password."""
    # Everybody has one address, so where it stands with others it is left over from
    # before theirs was changed, or awaits a confirmation that must now fail.
    EmailAddress.objects.filter(email=person.email).exclude(user=person).delete()
    addresses = EmailAddress.objects.filter(user=person)
    addresses.exclude(email__iexact=person.email).delete()
    addresses.update_or_create(
        user=person,
        email=person.email,
        defaults={"primary": True, "verified": True},
    )


def _all_but(fields: dict[str, str]) -> set[str]:
    return {field.name for field in User._meta.fields} - set(fields)
