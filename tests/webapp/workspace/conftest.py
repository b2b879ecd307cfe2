"""What the tests of a document's socket share."""

import pytest

from webapp.workspace.live import feed


@pytest.fixture
def hints_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hint that is not heard may not be made up for by the regular look."""
    monkeypatch.setattr(feed, "LOOK_SECONDS", 3_600)
