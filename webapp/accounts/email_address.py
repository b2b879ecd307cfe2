"""One spelling an address, and no two addresses that look alike."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def normalise_email(email: str) -> str:
    """Fold case and compatibility forms, so that one person has one address.

    >>> normalise_email(" Ａlice@Example.COM ")
    'alice@example.com'
    """
    return unicodedata.normalize("NFKC", email).strip().lower()


def validate_plain_email(email: str) -> None:
    """Refuse letters beyond ASCII: a Cyrillic "а" would pass for a Latin "a".

    An international domain can still be given in its xn-- form, which looks like
    nothing else.
    """
    if not normalise_email(email).isascii():
        raise ValidationError(
            _("Use only Latin letters, digits and signs in the address."),
            code="look_alike",
        )
