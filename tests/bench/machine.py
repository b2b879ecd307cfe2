"""Where a run took place: without that, its figures say nothing."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

from tests.bench.ceilings import Ceilings
from tests.bench.plan import Plan
from tests.bench.report import Row

PACKAGES = ("torch", "transformers", "llama-cpp-python", "ctranslate2")
ABOUT = "about.json"


def machine_rows(plan: Plan, ceilings: Ceilings) -> list[Row]:
    """What it can do at best; also writes down what it is."""
    about_write(plan)
    return [
        Row("read, 256 MB", round(ceilings.read / 1e9, 1), "GB/s"),
        Row("multiply-adds, fp32", round(ceilings.fp32 / 1e9, 1), "G/s"),
        Row("multiply-adds, int8", round(ceilings.int8 / 1e9, 1), "G/s"),
    ]


def about_write(plan: Plan, name: str = ABOUT) -> None:
    about = {
        "processor": _processor(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else "",
        "cores": len(os.sched_getaffinity(0)),
        "threads": plan.threads,
        "repetitions": plan.repetitions,
        "load": round(os.getloadavg()[0], 1),
        "date": datetime.now(UTC).date().isoformat(),
        "packages": {name: found for name in PACKAGES if (found := _version(name))},
    }
    plan.home.mkdir(parents=True, exist_ok=True)
    (plan.home / name).write_text(json.dumps(about, indent=1) + "\n")


def about_words(file: Path) -> str:
    """One paragraph of what `about_write` wrote."""
    about = json.loads(file.read_text(encoding="utf-8"))
    gpu = f"{about['gpu']}; " if about["gpu"] else ""
    packages = ", ".join(f"{name} {found}" for name, found in about["packages"].items())
    return (
        f"Measured on {about['date']}: {gpu}{about['processor']},"
        f" {about['cores']} cores, {about['threads']} threads for every side,"
        f" medians of {about['repetitions']} repetitions, load {about['load']} at the"
        f" beginning; {packages}."
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
