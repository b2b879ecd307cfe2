"""The access ledger. Lines are added, never changed."""

from webapp.accounts.models import User
from webapp.generation.models import Generation
from webapp.usage.models import AccessRecord


def access_record(*, reader: User, generation: Generation) -> AccessRecord | None:
    """Note that somebody opened somebody else's words. One's own need no note."""
    if generation.person_id == reader.pk:
        return None
    return AccessRecord.objects.create(
        reader=reader,
        reader_email=reader.email,
        generation_id=generation.pk,
        person_id=generation.person_id,
    )
