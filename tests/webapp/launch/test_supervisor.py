"""The supervisor keeps processes running and leaves none behind."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.webapp.launch.conftest import python_spec
from tests.webapp.launch.processes import is_gone, numbers_after, until, until_printed
from webapp.common.exit_codes import EXIT_CUT_SHORT, EXIT_STUCK
from webapp.launch import supervisor as supervisor_module
from webapp.launch.console import Console
from webapp.launch.supervisor import Supervisor

SLEEPS = "import os, time; print('started', os.getpid(), flush=True); time.sleep(600)"
IS_DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPS
LEAVES_A_CHILD = f"""
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-I", "-S", "-c", {SLEEPS!r}])
print("parent", os.getpid(), flush=True)
time.sleep(600)
"""


async def test_it_prints_each_line_behind_the_name(
    console: Console, printed: io.StringIO
) -> None:
    supervisor = Supervisor(console)
    supervisor.start(python_spec("print('one\\ntwo'); import time; time.sleep(600)"))
    await until_printed(printed, "two")
    await supervisor.stop()
    assert printed.getvalue() == "child   | one\nchild   | two\n"


async def test_it_starts_a_dead_process_again_and_says_so(
    console: Console, printed: io.StringIO
) -> None:
    supervisor = Supervisor(console)
    supervisor.start(python_spec(SLEEPS))
    await until(lambda: len(numbers_after(printed, "started")) == 1)
    os.kill(numbers_after(printed, "started")[0], signal.SIGKILL)
    await until(lambda: len(numbers_after(printed, "started")) == 2)
    await supervisor.stop()
    assert "child ended (killed by SIGKILL); starting it again in 0.5 s" in (
        printed.getvalue()
    )


async def test_it_waits_longer_after_each_death(
    console: Console, printed: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "FIRST_PAUSE", 0.01)
    supervisor = Supervisor(console)
    supervisor.start(python_spec("raise SystemExit(3)"))
    await until_printed(printed, "in 0.04 s")
    await supervisor.stop()
    pauses = [
        line.rsplit(" in ")[1]
        for line in printed.getvalue().splitlines()
        if "exit code 3" in line
    ]
    assert pauses[:3] == ["0.01 s", "0.02 s", "0.04 s"]


async def test_it_says_what_an_exit_code_means(
    console: Console, printed: io.StringIO
) -> None:
    supervisor = Supervisor(console)
    supervisor.start(python_spec(f"raise SystemExit({EXIT_STUCK})"))
    await until_printed(printed, "child ended (exit code 70: its engine stood still);")
    await supervisor.stop()


async def test_an_end_that_was_cut_short_is_not_hidden(
    console: Console, printed: io.StringIO
) -> None:
    cut_short = (
        "import os, signal;"
        f"signal.signal(signal.SIGTERM, lambda *_: os._exit({EXIT_CUT_SHORT}));"
    )
    supervisor = Supervisor(console)
    supervisor.start(python_spec(cut_short + SLEEPS))
    await until(lambda: bool(numbers_after(printed, "started")))
    await supervisor.stop()
    assert "child ended (exit code 75: before it had given everything back" in (
        printed.getvalue()
    )


async def test_an_end_as_it_should_be_is_not_worth_a_word(
    console: Console, printed: io.StringIO
) -> None:
    supervisor = Supervisor(console)
    supervisor.start(python_spec(SLEEPS))
    await until(lambda: bool(numbers_after(printed, "started")))
    await supervisor.stop()
    assert "ended" not in printed.getvalue()


async def test_it_kills_what_does_not_listen(
    console: Console, printed: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "GRACE_SECONDS", 0.2)
    supervisor = Supervisor(console)
    supervisor.start(python_spec(IS_DEAF))
    await until(lambda: bool(numbers_after(printed, "started")))
    await supervisor.stop()
    assert is_gone(numbers_after(printed, "started")[0])


async def test_it_ends_what_the_children_started(
    console: Console, printed: io.StringIO
) -> None:
    supervisor = Supervisor(console)
    supervisor.start(python_spec(LEAVES_A_CHILD))
    await until(lambda: bool(numbers_after(printed, "started")))
    await supervisor.stop()
    grandchild = numbers_after(printed, "started")[0]
    await until(lambda: is_gone(grandchild))


async def test_it_ends_last_what_the_others_need(
    console: Console, printed: io.StringIO
) -> None:
    says_goodbye = (
        "import signal, sys, time;"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(print('goodbye')));"
        "print('ready', flush=True); time.sleep(600)"
    )
    supervisor = Supervisor(console)
    supervisor.start(python_spec(says_goodbye, name="redis", ends_last=True))
    supervisor.start(python_spec(says_goodbye, name="worker"))
    await until(lambda: printed.getvalue().count("ready") == 2)
    await supervisor.stop()
    assert printed.getvalue().splitlines()[2:] == [
        "worker  | goodbye",
        "redis   | goodbye",
    ]


async def test_a_line_without_end_does_not_fill_the_memory(
    console: Console, printed: io.StringIO
) -> None:
    supervisor = Supervisor(console)
    endless = "import sys, time; sys.stdout.write('x' * 300_000 + '\\nend\\n');"
    supervisor.start(python_spec(endless + "sys.stdout.flush(); time.sleep(600)"))
    await until_printed(printed, "end")
    await supervisor.stop()
    assert printed.getvalue().count("x") == 300_000


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
async def test_its_children_end_when_it_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "supervise.py"
    script.write_text(
        "import asyncio, sys\n"
        "from tests.webapp.launch.conftest import python_spec\n"
        "from webapp.launch.console import Console\n"
        "from webapp.launch.supervisor import Supervisor\n"
        "async def main():\n"
        "    supervisor = Supervisor(Console(sys.stdout))\n"
        f"    supervisor.start(python_spec({SLEEPS!r}))\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n",
        encoding="utf-8",
    )
    repository = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(repository)},
    ) as process:
        assert process.stdout
        child = int(process.stdout.readline().split()[-1])
        process.kill()
    await until(lambda: is_gone(child))
