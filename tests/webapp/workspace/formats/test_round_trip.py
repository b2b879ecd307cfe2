"""Every sample and every real catalogue comes back byte for byte."""

from pathlib import Path

import django
import pytest

from tests.webapp.workspace.formats.doors import read, write
from webapp.workspace.formats.registry import format_of_file
from webapp.workspace.formats.unit import Translation

SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())
DJANGO = Path(django.__file__).parent
DJANGO_CATALOGUES = sorted(DJANGO.glob("conf/locale/*/LC_MESSAGES/*.po"))


def assert_it_comes_back(path: Path) -> None:
    data = path.read_bytes()
    format_ = format_of_file(path.name, data)
    parsed = read(format_, data)
    unchanged = {
        unit.key: Translation(unit.target, unit.state)
        for unit in parsed.units
        if unit.is_translatable
    }
    assert len({unit.key for unit in parsed.units}) == len(parsed.units)
    assert write(format_, data, {}) == data
    assert write(format_, data, unchanged) == data


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_comes_back_byte_for_byte(path: Path) -> None:
    assert_it_comes_back(path)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_has_something_to_translate(path: Path) -> None:
    data = path.read_bytes()
    parsed = read(format_of_file(path.name, data), data)
    assert any(unit.is_translatable and unit.source for unit in parsed.units)


def test_there_are_catalogues_of_django_to_try() -> None:
    assert len(DJANGO_CATALOGUES) > 80


@pytest.mark.parametrize("path", DJANGO_CATALOGUES, ids=lambda path: path.parts[-3])
def test_djangos_own_catalogues_come_back_byte_for_byte(path: Path) -> None:
    assert_it_comes_back(path)
