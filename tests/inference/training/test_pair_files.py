"""TSV, TMX and PO are read; anything else is refused in words."""

from pathlib import Path

import pytest

from inference.training.errors import TrainingError
from inference.training.pair_files import pairs_read
from inference.training.reading import BadLines

TMX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="en-US"/><body>
<tu><tuv xml:lang="en-US"><seg>Press <ph>&lt;b&gt;</ph>Save</seg></tuv>
    <tuv xml:lang="fr-FR"><seg>Cliquez sur <ph/>Enregistrer</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>Alone</seg></tuv></tu>
<tu><tuv xml:lang="fr"><seg>A &amp; B, s'il vous plaît</seg></tuv>
    <tuv xml:lang="en"><seg>A &amp; B, please</seg></tuv></tu>
</body></tmx>
"""
PO = r"""
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"

msgid "Open %s"
msgstr "Ouvrir %s"

#, fuzzy
msgid "Close"
msgstr "Clore"

msgid "Later"
msgstr ""

#~ msgid "Old"
#~ msgstr "Vieux"

msgid "one file"
msgid_plural "%d files"
msgstr[0] "un fichier"
msgstr[1] "%d fichiers"
"""


def read(path: Path, content: str | bytes) -> tuple[list[tuple[str, str]], BadLines]:
    data = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(data)
    bad = BadLines()
    return [(pair.source, pair.target) for pair in pairs_read(path, bad)], bad


def test_it_reads_a_translation_memory_without_its_codes(tmp_path: Path) -> None:
    pairs, bad = read(tmp_path / "memory.en-fr.tmx", TMX)
    assert pairs == [
        ("Press Save", "Cliquez sur Enregistrer"),
        ("A & B, please", "A & B, s'il vous plaît"),
    ]
    assert bad.shown == [
        f"{tmp_path / 'memory.en-fr.tmx'}, line 6: the unit lacks one of en-fr"
    ]


def test_it_keeps_what_came_before_a_fault_in_a_memory(tmp_path: Path) -> None:
    pairs, bad = read(
        tmp_path / "memory.en-fr.tmx", TMX[: TMX.index('<tu><tuv xml:lang="fr"')]
    )
    assert pairs == [("Press Save", "Cliquez sur Enregistrer")]
    assert "cannot be read further" in bad.shown[-1]


def test_it_refuses_a_memory_that_defines_entities(tmp_path: Path) -> None:
    bomb = TMX.replace('"tmx14.dtd"', '"tmx14.dtd" [<!ENTITY a "aaaa">]')
    with pytest.raises(TrainingError, match="defines the entity 'a'"):
        read(tmp_path / "memory.en-fr.tmx", bomb)


@pytest.mark.parametrize(
    "content",
    [
        "<html><p>x</p></html>",
        "not xml",
        "",
        '<?xml version="1.0" encoding="gbk"?><tmx/>',
        '<?xml version="1.0" encoding="klingon"?><tmx/>',
    ],
)
def test_it_refuses_what_is_no_memory(tmp_path: Path, content: str) -> None:
    with pytest.raises(TrainingError, match="is no TMX"):
        read(tmp_path / "memory.en-fr.tmx", content)


def test_it_reads_only_finished_messages_of_a_catalogue(tmp_path: Path) -> None:
    pairs, _bad = read(tmp_path / "app.en-fr.po", PO)
    assert pairs == [
        ("Open %s", "Ouvrir %s"),
        ("%d files", "%d fichiers"),
        ("one file", "un fichier"),
    ]


def test_it_refuses_what_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="is no gettext catalogue"):
        read(tmp_path / "app.en-fr.po", "Hello there\n")


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" * 400, b"one column\n" * 200])
def test_it_refuses_what_is_not_tab_separated(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(TrainingError, match="holds no lines of source TAB target"):
        read(tmp_path / "work.en-fr.tsv", content)


def test_it_refuses_other_formats_and_languages(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="is none of"):
        read(tmp_path / "work.en-fr.docx", b"PK")
    with pytest.raises(TrainingError, match="'xx': not a language"):
        read(tmp_path / "work.en-xx.tsv", b"a\tb\n")


def test_a_line_without_end_takes_no_memory(tmp_path: Path) -> None:
    content = b"Hello\tBonjour\n" + b"x" * 1_000_000 + b"\nYes\tOui\n"
    pairs, bad = read(tmp_path / "work.en-fr.tsv", content)
    assert pairs == [("Hello", "Bonjour"), ("Yes", "Oui")]
    assert bad.shown[0].endswith("line 2: longer than any sentence")
