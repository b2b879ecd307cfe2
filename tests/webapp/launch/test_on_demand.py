"""A process that is there only while there is work for it."""

import asyncio
import io
from collections.abc import Iterator
from contextlib import contextmanager

from tests.webapp.launch.conftest import python_spec
from tests.webapp.launch.processes import is_gone, numbers_after, until
from webapp.launch.console import Console
from webapp.launch.on_demand import keep_on_demand
from webapp.launch.processes import process_specs
from webapp.launch.supervisor import Supervisor

SLEEPS = "import os, time; print('started', os.getpid(), flush=True); time.sleep(600)"


@contextmanager
def kept(supervisor: Supervisor, work: list[int]) -> Iterator[None]:
    task = asyncio.create_task(
        keep_on_demand(
            supervisor,
            python_spec(SLEEPS),
            is_wanted=lambda: bool(work),
            look_seconds=0.01,
            idle_seconds=0.03,
        )
    )
    yield
    task.cancel()


async def test_it_comes_with_the_work_and_goes_after_it(
    console: Console, printed: io.StringIO
) -> None:
    supervisor, work = Supervisor(console), list[int]()
    with kept(supervisor, work):
        await asyncio.sleep(0)
        assert not supervisor.is_kept("child")
        work.append(1)
        await until(lambda: len(numbers_after(printed, "started")) == 1)
        work.clear()
        await until(lambda: not supervisor.is_kept("child"))
        [process] = numbers_after(printed, "started")
        assert is_gone(process)
        assert "starting it again" not in printed.getvalue()
        work.append(1)
        await until(lambda: len(numbers_after(printed, "started")) == 2)
    await supervisor.stop()


def test_training_is_what_waits_for_work() -> None:
    specs = process_specs(models_are_installed=True)
    assert [spec.name for spec in specs if spec.on_demand] == ["train"]
