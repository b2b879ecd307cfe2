"""From nothing to the first token, and the memory of it: the model worker's engine.

A process begins, imports, opens the installed model and answers; the files are in the
system's cache and the native program is compiled, as on every start but the first.
"""

import time

from tests.bench.models import NAME
from tests.bench.plan import Plan
from tests.bench.prompts import chat_prompts
from tests.bench.report import Row, median, under
from tests.bench.side_by_side import ours_open
from tests.bench.work import prompt_task

START_GOAL = 3.0  # seconds
MEMORY_GOAL = 700  # MB, of the whole worker: the start bench measures that one
STREAMS = 16
STREAM_TOKENS = 64
MEGABYTE = 1_000_000


def measure(plan: Plan) -> list[Row]:
    question = prompt_task(chat_prompts()[0], 1)
    chats = [prompt_task(text, STREAM_TOKENS) for text in chat_prompts()[:STREAMS]]
    starts, first, full = [], [], []
    for number in range(plan.repetitions + 1):
        began = time.perf_counter()
        ours = ours_open(plan, NAME)
        try:
            ours.run([question])
            if number == 0:
                continue  # it may have had to compile, or to read files from the disk
            starts.append(time.perf_counter() - began)
            first.append(ours.resident_bytes / MEGABYTE)
            ours.run(chats)
            full.append(ours.resident_bytes / MEGABYTE)
        finally:
            ours.close()
    streams = f"after {STREAMS} streams at once"
    return [
        Row(
            "warm start to the first token", median(starts), "s", goal=under(START_GOAL)
        ),
        Row("memory after one answer", median(first), "MB", goal=under(MEMORY_GOAL)),
        Row(f"memory {streams}", median(full), "MB", goal=under(MEMORY_GOAL)),
    ]
