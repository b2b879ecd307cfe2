"""How long a start takes, and what each process weighs: `python -m tests.bench.start`.

Starts the whole product with the shipped model in an empty data directory, ends it, and
starts it again several times. Sizes are resident memory, read after some idle seconds.
"""

import argparse
import tempfile
import time
from pathlib import Path

from tests.bench.report import Row, bench_directory, median, report, under
from tests.product import Product, product_run

IDLE_SECONDS = 5.0
MEGABYTE = 1_000_000
GOALS = {"web": 150, "model worker": 700}  # MB
NAMES = {
    "web": ("uvicorn",),
    "model worker": ("inference.worker.app", "inference.model_process"),
    "default worker": ("default@",),
    "beat": ("beat-schedule",),
    "redis": ("redis-server",),
}


def memory(product: Product) -> dict[str, float]:
    """Megabytes by name; of the model worker's two processes together."""
    sizes = dict.fromkeys(NAMES, 0.0)
    for child in product.children:
        words = " ".join(child.cmdline())
        for name, marks in NAMES.items():
            if any(mark in words for mark in marks):
                sizes[name] += child.memory_info().rss / MEGABYTE
    return sizes


def measure(repetitions: int) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="tandem-") as directory:
        home = Path(directory)
        with product_run(home) as product:
            first = product.ready_seconds
        seconds, sizes = [], []
        for _ in range(repetitions):
            with product_run(home) as product:
                seconds.append(product.ready_seconds)
                time.sleep(IDLE_SECONDS)
                sizes.append(memory(product))
    return [
        Row("first start to ready, model installed", round(first, 1), "s"),
        Row("later start to ready", median(seconds), "s", goal=under(15)),
        *(_size(name, [each[name] for each in sizes]) for name in NAMES),
    ]


def _size(name: str, values: list[float]) -> Row:
    limit = GOALS.get(name)
    goal = under(limit) if limit else None
    return Row(f"{name}, idle", round(median(values)), "MB", goal=goal)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=3)
    repetitions = parser.parse_args().repetitions
    report("start", measure(repetitions), bench_directory())


if __name__ == "__main__":
    main()
