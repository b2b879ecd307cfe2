"""Files are read in a process that cannot take the others down with it."""

from importlib import import_module

import pytest

from tests.webapp.workspace.formats import child_tasks
from tests.webapp.workspace.formats.doors import read
from webapp.workspace.formats import guarded
from webapp.workspace.formats.exchange import TermTarget
from webapp.workspace.formats.guarded import (
    Bounds,
    guarded_read,
    guarded_rules,
    guarded_terms,
    guarded_tmx,
    guarded_write,
)
from webapp.workspace.formats.guarded_child import Task
from webapp.workspace.formats.limits import DEFAULT_LIMITS
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.formats.registry import FORMATS, format_named
from webapp.workspace.formats.unit import Translation
from webapp.workspace.segmentation import Segmenter

_BOUNDS = Bounds(seconds=20, cpu_seconds=10)


def _task(name: str, data: bytes = b"") -> Task:
    return Task(f"{child_tasks.__name__}:{name}", data, {}, DEFAULT_LIMITS)


def _problem(name: str, bounds: Bounds = _BOUNDS) -> Problem:
    with pytest.raises(FormatError) as caught:
        guarded.guarded(_task(name), object, bounds)
    return caught.value.problem


def test_it_gives_what_the_format_gives() -> None:
    data = b"# Title\n\nOne *line*.\n"
    format_ = format_named("markdown")
    assert guarded_read(
        format_, data, source_language="en", target_language="ru"
    ) == read(format_, data)
    written = guarded_write(
        format_,
        data,
        {"1": Translation("Titre")},
        source_language="en",
        target_language="ru",
    )
    assert written == b"# Titre\n\nOne *line*.\n"


def test_it_raises_what_the_format_raises() -> None:
    with pytest.raises(FormatError) as caught:
        guarded_read(
            format_named("html"),
            b"<p>a</p>\n<p",
            source_language="en",
            target_language="ru",
        )
    assert caught.value.problem is Problem.TRUNCATED
    assert caught.value.params == {"line": 2, "element": "p"}


def test_every_format_can_be_found_by_the_module_of_its_functions() -> None:
    for format_ in FORMATS:
        module = import_module(format_.read.__module__)
        assert (module.read, module.write) == (format_.read, format_.write)


def test_memories_terms_and_rules_are_read_there_too() -> None:
    tmx = (
        b'<tmx version="1.4"><header srclang="en"/><body><tu><tuv xml:lang="en">'
        b'<seg>a</seg></tuv><tuv xml:lang="ru"><seg>b</seg></tuv></tu><tu/></body>'
        b"</tmx>"
    )
    file = guarded_tmx(tmx, source_language="en", target_language="ru")
    assert [(unit.source, unit.target) for unit in file.units] == [("a", "b")]
    assert file.broken.count == 1
    terms = guarded_terms(
        b"en,ru\nserver,x\n", source_language="en", target_language="ru"
    )
    assert terms.entries[0].targets == (TermTarget("x", "ru"),)
    rules = (
        b'<srx xmlns="http://www.lisa.org/srx20" version="2.0"><body><languagerules>'
        b'<languagerule languagerulename="a"><rule><beforebreak>;</beforebreak></rule>'
        b'</languagerule></languagerules><maprules><languagemap languagepattern=".*"'
        b' languagerulename="a"/></maprules></body></srx>'
    )
    assert Segmenter(guarded_rules(rules)).split("a;b", "en") == ["a;", "b"]


def test_rules_that_cannot_be_used_are_refused_with_their_line() -> None:
    with pytest.raises(FormatError) as caught:
        guarded_rules(b"<tmx>\n</tmx>")
    assert caught.value.problem is Problem.SYNTAX
    assert caught.value.params["line"] == 1


def test_what_takes_too_long_is_ended() -> None:
    assert _problem("sleep_long", Bounds(seconds=1)) is Problem.TOO_SLOW
    assert _problem("count_for_ever", Bounds(cpu_seconds=1)) is Problem.TOO_SLOW


def test_what_takes_too_much_is_ended() -> None:
    assert _problem("take_memory") is Problem.TOO_MUCH_MEMORY
    assert _problem("go_too_deep") is Problem.TOO_DEEP


def test_a_death_is_told_as_a_fault_of_the_file() -> None:
    assert _problem("die") is Problem.CRASHED
    assert _problem("no_such_function") is Problem.CRASHED


def test_it_writes_no_files(tmp_path: object) -> None:
    task = _task("write_a_file", f"{tmp_path}/x".encode())
    with pytest.raises(FormatError) as caught:
        guarded.guarded(task, object, _BOUNDS)
    assert caught.value.problem is Problem.CRASHED


def test_the_process_is_light() -> None:
    modules = guarded.guarded(_task("imported"), list[str], _BOUNDS)
    heavy = {"django", "celery", "torch", "redis", "channels"}
    assert not heavy & {name.partition(".")[0] for name in modules}
