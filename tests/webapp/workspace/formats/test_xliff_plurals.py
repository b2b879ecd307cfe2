"""Plural messages of XLIFF 1.2, as gettext and Apple write them."""

from tests.webapp.workspace.formats.doors import read, write
from tests.webapp.workspace.formats.xliff_files import texts_by_lxml, unit_12
from webapp.workspace.formats.unit import Translation
from webapp.workspace.formats.xliff import FORMAT

GETTEXT_FORMS = """<group id="7" restype="x-gettext-plurals">
<trans-unit id="7[0]"><source>%d file</source></trans-unit>
<trans-unit id="7[1]"><source>%d files</source></trans-unit>
<trans-unit id="7[2]"><source>%d files</source></trans-unit></group>
<trans-unit id="8[1]"><source>Chapter</source></trans-unit>"""


def test_forms_of_a_gettext_plural_belong_together() -> None:
    units = read(FORMAT, unit_12(GETTEXT_FORMS)).units
    forms = [unit.plural for unit in units[:3] if unit.plural]
    assert [form.category for form in forms] == ["one", "few", "many"]
    assert [form.examples[0] for form in forms] == [1, 2, 0]
    assert len({form.group for form in forms}) == 1
    assert units[3].plural is None


def test_forms_that_the_language_has_not_are_texts_of_their_own() -> None:
    to_german = unit_12(GETTEXT_FORMS).replace(b"target-language='ru'", b"")
    assert not any(unit.plural for unit in read(FORMAT, to_german, to="de").units)


def test_forms_of_an_apple_plural_belong_together() -> None:
    data = unit_12(
        "".join(
            f'<trans-unit id="%d files|==|plural.{category}"><source>%d</source>'
            "</trans-unit>"
            for category in ("one", "few", "many", "other")
        )
    )
    forms = [unit.plural for unit in read(FORMAT, data).units if unit.plural]
    assert [form.category for form in forms] == ["one", "few", "many", "other"]
    assert len({form.group for form in forms}) == 1
    assert forms[0].examples == (1, 21, 31, 41)


def test_a_form_of_a_plural_goes_back_to_its_own_unit() -> None:
    data = unit_12(GETTEXT_FORMS)
    units = read(FORMAT, data).units
    written = write(FORMAT, data, {units[1].key: Translation("%d файла")})
    assert texts_by_lxml(written, "target") == ["%d файла"]
    assert [unit.target for unit in read(FORMAT, written).units] == [
        "",
        "%d файла",
        "",
        "",
    ]
