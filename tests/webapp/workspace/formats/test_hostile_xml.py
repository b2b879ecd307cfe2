"""XML made to hurt: refused by every format that is XML, before any harm."""

import pytest

from tests.webapp.workspace.formats.doors import SMALL, problem_of
from webapp.workspace.formats.format import Format
from webapp.workspace.formats.problem import Problem
from webapp.workspace.formats.registry import format_named

NAMES = ("android", "stringsdict", "xliff")
ROOTS = {"android": "resources", "stringsdict": "plist", "xliff": "xliff"}


@pytest.fixture(params=NAMES)
def format_(request: pytest.FixtureRequest) -> Format:
    return format_named(request.param)


def document(format_: Format, body: str, *, subset: str) -> bytes:
    root = ROOTS[format_.name]
    return f"<!DOCTYPE {root} [{subset}]>\n<{root}>{body}</{root}>".encode()


def test_a_billion_laughs_are_refused_at_the_declaration(format_: Format) -> None:
    laughs = '\n<!ENTITY l0 "ha">' + "".join(
        f'\n<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
    )
    data = document(format_, "&l9;", subset=laughs)
    assert problem_of(format_, data) == (Problem.ENTITY, {"line": 2, "element": "l0"})


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY x PUBLIC "p" "http://localhost:1/x">',
        '<!ENTITY % x SYSTEM "http://localhost:1/x.dtd"> %x;',
        '<!ENTITY x "harmless">',
    ],
)
def test_any_entity_is_refused(format_: Format, declaration: str) -> None:
    data = document(format_, "", subset=declaration)
    assert problem_of(format_, data) == (Problem.ENTITY, {"line": 1, "element": "x"})


def test_an_entity_of_an_outside_dtd_is_refused(format_: Format) -> None:
    root = ROOTS[format_.name]
    dtd = f'<!DOCTYPE {root} SYSTEM "http://localhost:1/x.dtd">'
    data = f"{dtd}\n<{root}>&outside;</{root}>".encode()
    assert problem_of(format_, data)[0] is Problem.ENTITY


def test_deep_nesting_is_refused(format_: Format) -> None:
    data = f"<{ROOTS[format_.name]}>\n{'<a>' * 100_000}".encode()
    assert problem_of(format_, data) == (Problem.TOO_DEEP, {"line": 2, "limit": 100})


def test_a_flood_of_attributes_is_read_in_time(format_: Format) -> None:
    attributes = " ".join(f'a{n}="x"' for n in range(20_000))
    data = f"<{ROOTS[format_.name]} {attributes}".encode()
    assert problem_of(format_, data)[0] is Problem.TRUNCATED


@pytest.mark.parametrize("encoding", ["utf-7", "zip", "no-such", "punycode"])
def test_an_odd_encoding_is_refused(format_: Format, encoding: str) -> None:
    root = ROOTS[format_.name]
    data = f'<?xml version="1.0" encoding="{encoding}"?><{root}/>'.encode()
    assert problem_of(format_, data) == (
        Problem.ENCODING_UNKNOWN,
        {"encoding": encoding},
    )


@pytest.mark.parametrize("reference", ["&#0;", "&#xD800;", "&#x110000;", "&;", "&#;"])
def test_a_reference_to_no_character_is_refused(
    format_: Format, reference: str
) -> None:
    root = ROOTS[format_.name]
    data = f"<{root}>{reference}</{root}>".encode()
    assert problem_of(format_, data)[0] is Problem.SYNTAX


def test_too_many_units_are_refused() -> None:
    strings = "".join(f'<string name="s{n}">x</string>' for n in range(51))
    data = f"<resources>{strings}</resources>".encode()
    assert problem_of(format_named("android"), data, limits=SMALL) == (
        Problem.TOO_MANY_UNITS,
        {"limit": 50},
    )
