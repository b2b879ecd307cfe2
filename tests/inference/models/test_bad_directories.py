"""A directory that must not, or cannot, be loaded is refused in words."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from inference.config import Device, EngineConfig
from inference.engine.load import engine_load
from inference.errors import ModelUnavailableError
from inference.models.manifest import GRID_NAME, MANIFEST_NAME
from inference.models.registry import resolve
from tests.inference.engine_harness import Recorder

WEIGHTS = "model.safetensors"
Damage = Callable[[Path], None]


@pytest.fixture
def directory(tiny_directory: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_directory, tmp_path / "model"))


def json_change(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def remove(name: str) -> Damage:
    return lambda directory: (directory / name).unlink()


def drop_tensor(directory: Path) -> None:
    tensors = load_file(directory / WEIGHTS)
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, directory / WEIGHTS, {"format": "pt"})


def bend_tensor(directory: Path) -> None:
    tensors = load_file(directory / WEIGHTS)
    tensors["model.norm.weight"] = torch.ones(63)
    save_file(tensors, directory / WEIGHTS, {"format": "pt"})


def fill_with_nan(directory: Path) -> None:
    tensors = load_file(directory / WEIGHTS)
    tensors["model.norm.weight"].fill_(float("nan"))
    save_file(tensors, directory / WEIGHTS, {"format": "pt"})


def truncate(directory: Path) -> None:
    data = (directory / WEIGHTS).read_bytes()
    (directory / WEIGHTS).write_bytes(data[: len(data) // 2])


def scribble(directory: Path) -> None:
    (directory / WEIGHTS).write_bytes(b"not a tensor in here")


def only_pickle(directory: Path) -> None:
    (directory / WEIGHTS).unlink()
    torch.save({}, directory / "pytorch_model.bin")


def ask_for_code(name: str) -> Damage:
    return lambda directory: json_change(
        directory / name, auto_map={"AutoModel": "evil.Model"}
    )


def link_out(directory: Path) -> None:
    outside = directory.parent / "outside.safetensors"
    (directory / WEIGHTS).rename(outside)
    (directory / WEIGHTS).symlink_to(outside)


def index_out(directory: Path) -> None:
    (directory / "model.safetensors.index.json").write_text(
        json.dumps({"weight_map": {"a": "../outside.safetensors"}})
    )
    shutil.copy(directory / WEIGHTS, directory.parent / "outside.safetensors")


def spoil_grid(directory: Path) -> None:
    (directory / GRID_NAME).write_bytes(b"no grid at all")


def whole_numbers(directory: Path) -> None:
    tensors = load_file(directory / WEIGHTS)
    tensors["model.norm.weight"] = torch.ones(64, dtype=torch.int32)
    save_file(tensors, directory / WEIGHTS, {"format": "pt"})


def grid_write(
    inputs: int,
    *,
    codes: torch.dtype = torch.uint8,
    scales: torch.dtype | None = torch.float16,
) -> Damage:
    """Of one matrix, which has 64 inputs and 64 outputs."""
    name = "model.layers.0.self_attn.q_proj.weight"

    def damage(directory: Path) -> None:
        tensors = {f"{name}.codes": torch.ones(64, inputs, dtype=codes)}
        if scales is not None:
            for part in ("scale", "zero"):
                shape = (64, inputs // 32)
                tensors[f"{name}.{part}"] = torch.ones(shape, dtype=scales)
        save_file(tensors, directory / GRID_NAME)

    return damage


def half_a_pair(directory: Path) -> None:
    (directory / "tokenizer.json").unlink()
    (directory / "source.spm").write_bytes(b"")


def unknown_translator(directory: Path) -> None:
    json_change(directory / "config.json", model_type="bart", is_encoder_decoder=True)


def unknown_family(directory: Path) -> None:
    json_change(directory / "config.json", model_type="never_heard_of")


def no_end(directory: Path) -> None:
    (directory / "generation_config.json").unlink()
    json_change(directory / "config.json", eos_token_id=None)
    json_change(directory / "tokenizer_config.json", eos_token=None)


DAMAGES: dict[str, tuple[Damage, str]] = {
    "no config": (remove("config.json"), r"config\.json: is missing"),
    "no tokenizer": (remove("tokenizer.json"), r"tokenizer\.json: is missing"),
    "no weights": (remove(WEIGHTS), r"model\.safetensors: is missing"),
    "no template": (remove("tokenizer_config.json"), "has no chat_template"),
    "no end token": (no_end, "which token ends an answer"),
    "missing tensor": (drop_tensor, r"lacks the tensor .*up_proj"),
    "wrong shape": (bend_tensor, r"model\.norm\.weight has the shape \(63,\)"),
    "wrong dtype": (whole_numbers, r"model\.norm\.weight of type I32 should be"),
    "NaN": (fill_with_nan, "NaN"),
    "truncated": (truncate, r"model\.safetensors: is truncated"),
    "not tensors": (scribble, r"model\.safetensors: is not a safetensors file"),
    "pickle only": (only_pickle, r"pytorch_model\.bin: is a pickle"),
    "code in config": (ask_for_code("config.json"), r"config\.json: has auto_map"),
    "code in tokenizer": (ask_for_code("tokenizer_config.json"), "has auto_map"),
    "link out": (link_out, "points out of the model's directory"),
    "index out": (index_out, "points out of the model's directory"),
    "spoiled grid": (spoil_grid, r"grid\.safetensors: is not a safetensors file"),
    "grid of another shape": (grid_write(32), r"the grid of .* has the shape"),
    "grid of signed codes": (
        grid_write(64, codes=torch.int8),
        r"codes of type I8 should be U8",
    ),
    "grid of fp32 scales": (
        grid_write(64, scales=torch.float32),
        r"scale of type F32 should be F16",
    ),
    "grid without scales": (grid_write(64, scales=None), r"lacks the tensor .*scale"),
    "one spm of two": (half_a_pair, r"target\.spm: is missing"),
    "unknown translator": (unknown_translator, "reads one text and writes another"),
    "unknown family": (unknown_family, "never_heard_of"),
}


def load(directory: Path, models_home: Path) -> None:
    engine_load(
        str(directory),
        models_home,
        EngineConfig(device=Device.CPU, num_threads=1),
        Recorder(),
        lambda _: None,
    ).close()


@pytest.mark.parametrize("name", DAMAGES)
def test_it_is_refused_in_words(name: str, directory: Path, models_home: Path) -> None:
    damage, words = DAMAGES[name]
    damage(directory)
    with pytest.raises(ModelUnavailableError, match=words) as caught:
        load(directory, models_home)
    assert str(directory) in str(caught.value) or name == "NaN"


def test_it_loads_when_nothing_is_wrong(directory: Path, models_home: Path) -> None:
    load(directory, models_home)


def test_a_pickle_beside_safetensors_is_never_read(
    directory: Path, models_home: Path
) -> None:
    (directory / "pytorch_model.bin").write_bytes(b"a trap")
    names = [file.name for file in resolve(str(directory), models_home).files]
    assert WEIGHTS in names and "pytorch_model.bin" not in names


def test_files_that_differ_from_the_manifest_are_refused(
    directory: Path, models_home: Path
) -> None:
    manifest = resolve(str(directory), models_home)
    (directory / MANIFEST_NAME).write_text(manifest.to_json())
    assert resolve(str(directory), models_home).version == manifest.version
    path = directory / WEIGHTS
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelUnavailableError, match=r"model\.safetensors: its SHA-256"):
        resolve(str(directory), models_home)
    path.write_bytes(data + b"more")
    with pytest.raises(ModelUnavailableError, match=r"model\.safetensors: "):
        resolve(str(directory), models_home)


def test_a_spoiled_manifest_is_refused(directory: Path, models_home: Path) -> None:
    (directory / MANIFEST_NAME).write_text('{"format": 1}')
    with pytest.raises(ModelUnavailableError, match=r"manifest\.json: cannot be read"):
        resolve(str(directory), models_home)
