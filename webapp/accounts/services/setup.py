"""The first administrator, made once through a link printed in the terminal."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from webapp.accounts.models import SetupLink, User
from webapp.common.errors import ApplicationError, NotFoundError
from webapp.common.ids import new_secret, secret_hash

# There is one row at most, so that two links can never both be used.
ONLY_ROW = 1


@transaction.atomic
def setup_link_create() -> str | None:
    """A new address to make the first administrator at, or None when there is one.

    An address given out before is void from now on.
    """
    if User.objects.filter(is_superuser=True).exists():
        return None
    secret = new_secret()
    SetupLink.objects.update_or_create(
        pk=ONLY_ROW, defaults={"secret_hash": secret_hash(secret), "used_at": None}
    )
    return settings.PUBLIC_URL + reverse("accounts_setup", args=[secret])


def setup_link_is_open(*, secret: str) -> bool:
    return (
        SetupLink.objects.filter(secret_hash=secret_hash(secret), used_at=None).exists()
        and not User.objects.filter(is_superuser=True).exists()
    )


@transaction.atomic
def setup_link_use(*, secret: str, email: str, name: str, password: str) -> User:
    """Make the administrator. Of many at once, exactly one succeeds.

    The UPDATE decides: it locks the row, and whoever comes second finds it used.
    """
    used = SetupLink.objects.filter(
        secret_hash=secret_hash(secret), used_at=None
    ).update(used_at=timezone.now())
    if not used or User.objects.filter(is_superuser=True).exists():
        raise NotFoundError(_("This set-up link is no longer open."))
    user = User(email=email, name=name, is_staff=True, is_superuser=True)
    user.set_password(password)
    try:
        user.full_clean()
    except ValidationError as error:
        raise ApplicationError(" ".join(error.messages), code="invalid") from error
    user.save()
    return user
