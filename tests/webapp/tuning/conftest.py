"""An administrator, and a home for data sets."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from pytest_django import Settings

from webapp.accounts.models import User


@pytest.fixture(autouse=True)
def tuning_home(settings: Settings, tmp_path: Path) -> Path:
    settings.TUNING_HOME = tmp_path / "tuning"
    return tmp_path / "tuning"


@pytest.fixture
def admin(alice: User) -> User:
    """With just the rights that it takes."""
    alice.is_staff = True
    alice.save()
    alice.user_permissions.add(Permission.objects.get(codename="change_modelversion"))
    return User.objects.get(pk=alice.pk)
