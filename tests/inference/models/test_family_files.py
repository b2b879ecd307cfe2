"""Directories of today and of old, whole and damaged, as blueprints."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from inference.errors import ModelUnavailableError
from inference.models.blueprint import Blueprint
from inference.models.families.read import blueprint_read
from inference.models.torch_model import TorchModel
from tests.inference.models.family_cases import family_case
from tests.inference.models.slot_driver import greedy
from tests.inference.tiny_families import FAMILIES, family_write

Tensors = dict[str, torch.Tensor]


def config_edit(directory: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    path = directory / "config.json"
    config = json.loads(path.read_text())
    edit(config)
    path.write_text(json.dumps(config))


def weights_edit(directory: Path, edit: Callable[[Tensors], object]) -> None:
    path = directory / "model.safetensors"
    tensors = load_file(path)
    edit(tensors)
    save_file({name: tensor.clone() for name, tensor in tensors.items()}, path)


@contextmanager
def changed(directory: Path, changes: dict[str, torch.Tensor | None]) -> Iterator[None]:
    """The file with tensors replaced, or left out, and afterwards as it was."""
    path = directory / "model.safetensors"
    before = path.read_bytes()
    tensors = load_file(path) | changes
    save_file({n: t for n, t in tensors.items() if t is not None}, path)
    yield
    path.write_bytes(before)


def read(directory: Path) -> Blueprint:
    blueprint = blueprint_read(directory)
    assert blueprint is not None
    return blueprint


def assert_same_answers(directory: Path, family: str) -> None:
    """As the directory that transformers itself wrote."""
    case = family_case(family)
    model = TorchModel(read(directory), device=torch.device("cpu"), num_slots=4)
    assert greedy(model, case.prompts) == case.answers


def rename(tensors: Tensors, old: str, new: str) -> None:
    tensors[new] = tensors.pop(old)


class TestOldFiles:
    """Configurations and names that transformers wrote before its fifth version."""

    def test_rope_settings_may_lie_at_the_top(self, tmp_path: Path) -> None:
        family_write("llama3 rope", tmp_path)

        def age(config: dict[str, Any]) -> None:
            rope = config.pop("rope_parameters")
            config["rope_theta"] = rope.pop("rope_theta")
            config["rope_scaling"] = rope
            config["torch_dtype"] = config.pop("dtype")

        config_edit(tmp_path, age)
        assert_same_answers(tmp_path, "llama3 rope")

    def test_a_rope_type_may_be_called_type(self, tmp_path: Path) -> None:
        family_write("linear rope", tmp_path)

        def age(config: dict[str, Any]) -> None:
            rope = config.pop("rope_parameters")
            config["rope_theta"] = rope["rope_theta"]
            config["rope_scaling"] = {"type": "linear", "factor": rope["factor"]}

        config_edit(tmp_path, age)
        assert_same_answers(tmp_path, "linear rope")

    def test_a_file_may_be_of_the_model_without_its_head(self, tmp_path: Path) -> None:
        family_write("llama tied", tmp_path)

        def strip(tensors: Tensors) -> None:
            for name in list(tensors):
                rename(tensors, name, name.removeprefix("model."))

        weights_edit(tmp_path, strip)
        assert_same_answers(tmp_path, "llama tied")

    @pytest.mark.parametrize("name", ["encoder", "decoder"])
    def test_t5_may_store_its_embedding_under_a_towers_name(
        self, name: str, tmp_path: Path
    ) -> None:
        family_write("t5", tmp_path)
        weights_edit(
            tmp_path,
            lambda t: rename(t, "shared.weight", f"{name}.embed_tokens.weight"),
        )
        assert_same_answers(tmp_path, "t5")

    def test_t5_may_say_by_its_tie_alone_that_it_scales(self, tmp_path: Path) -> None:
        for family, is_tied in (("t5", True), ("t5 v1.1", False)):
            directory = tmp_path / family
            family_write(family, directory)

            def age(config: dict[str, Any], is_tied: bool = is_tied) -> None:
                config.pop("scale_decoder_outputs")
                config["tie_word_embeddings"] = is_tied

            config_edit(directory, age)
            assert_same_answers(directory, family)

    @pytest.mark.parametrize("family", ["marian", "m2m100", "t5"])
    def test_a_tied_matrix_may_be_stored_under_all_its_names(
        self, family: str, tmp_path: Path
    ) -> None:
        family_write(family, tmp_path)
        prefix = "" if family == "t5" else "model."

        def repeat(tensors: Tensors) -> None:
            shared = tensors[f"{prefix}shared.weight"]
            tensors["lm_head.weight"] = shared
            for tower in ("encoder", "decoder"):
                tensors[f"{prefix}{tower}.embed_tokens.weight"] = shared
                if family != "t5":
                    tensors[f"model.{tower}.embed_positions.weight"] = shared

        weights_edit(tmp_path, repeat)
        assert_same_answers(tmp_path, family)
        tensors = read(tmp_path).tensors
        assert tensors["head.weight"] is tensors["decoder.embedding"]

    def test_qwen2_tells_by_number_which_layers_look_back_a_window(
        self, tmp_path: Path
    ) -> None:
        family_write("qwen2 sliding", tmp_path)
        config_edit(tmp_path, lambda config: config.pop("layer_types"))
        assert_same_answers(tmp_path, "qwen2 sliding")
        config_edit(tmp_path, lambda config: config.update(max_window_layers=2))
        assert blueprint_read(tmp_path) is None  # some layers do, some do not


class TestWeights:
    @pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
    def test_16_bit_weights_become_fp32(
        self, dtype: torch.dtype, tmp_path: Path
    ) -> None:
        family_write("llama", tmp_path)
        before = load_file(tmp_path / "model.safetensors")
        weights_edit(
            tmp_path, lambda ts: ts.update({n: t.to(dtype) for n, t in ts.items()})
        )
        found = read(tmp_path).tensors["decoder.1.self.query.weight"]
        expected = before["model.layers.1.self_attn.q_proj.weight"].to(dtype).float()
        assert found.dtype == np.float32
        assert np.array_equal(found, expected.numpy())

    def test_fp32_weights_are_views_of_the_file(self, tmp_path: Path) -> None:
        family_write("llama", tmp_path)
        tensors = read(tmp_path).tensors
        floats: Any = tensors["decoder.0.ffn.up.weight"]
        while isinstance(floats.base, np.ndarray):
            floats = floats.base
        assert not floats.flags.owndata
        again = tensors["decoder.0.ffn.up.weight"]
        assert np.shares_memory(again, tensors["decoder.0.ffn.up.weight"])

    def test_weights_may_lie_in_several_files(self, tmp_path: Path) -> None:
        family_write("marian", tmp_path)
        tensors = load_file(tmp_path / "model.safetensors")
        (tmp_path / "model.safetensors").unlink()
        names = sorted(tensors)
        weight_map: dict[str, str] = {}
        for number, part in enumerate((names[:20], names[20:])):
            file = f"model-0000{number}.safetensors"
            save_file({name: tensors[name] for name in part}, tmp_path / file)
            weight_map |= dict.fromkeys(part, file)
        index = tmp_path / "model.safetensors.index.json"
        index.write_text(json.dumps({"weight_map": weight_map}))
        assert_same_answers(tmp_path, "marian")
        (tmp_path / "model-00001.safetensors").unlink()
        with pytest.raises(ModelUnavailableError, match=r"model-00001.*is missing"):
            read(tmp_path)

    @pytest.mark.parametrize("family", FAMILIES)
    def test_all_tensors_of_a_blueprint_are_fp32(self, family: str) -> None:
        tensors = family_case(family).blueprint.tensors
        assert {floats.dtype for floats in tensors.values()} == {np.dtype(np.float32)}


class TestDamage:
    """Every fault is told with the file and the tensor."""

    @pytest.mark.parametrize("family", ["llama", "qwen3", "t5", "marian", "m2m100"])
    def test_a_missing_tensor(self, family: str, tmp_path: Path) -> None:
        """Whichever it is: nothing in these files is spare."""
        family_write(family, tmp_path)
        for name in load_file(tmp_path / "model.safetensors"):
            if name == "final_logits_bias":
                continue  # not all Marians have one
            with (
                changed(tmp_path, {name: None}),
                pytest.raises(
                    ModelUnavailableError, match=rf"model\.safetensors: lacks .*{name}"
                ),
            ):
                read(tmp_path)

    @pytest.mark.parametrize("family", ["llama", "qwen3", "t5", "marian", "m2m100"])
    def test_a_tensor_of_a_wrong_shape(self, family: str, tmp_path: Path) -> None:
        family_write(family, tmp_path)
        for name, tensor in load_file(tmp_path / "model.safetensors").items():
            wrong = torch.zeros(*tensor.shape[:-1], tensor.shape[-1] + 1)
            with (
                changed(tmp_path, {name: wrong}),
                pytest.raises(
                    ModelUnavailableError, match=f"tensor {name} has the shape"
                ),
            ):
                read(tmp_path)

    def test_a_tensor_of_a_wrong_type(self, tmp_path: Path) -> None:
        family_write("llama", tmp_path)
        name = "model.layers.0.mlp.up_proj.weight"
        weights_edit(tmp_path, lambda t: t.update({name: t[name].to(torch.int64)}))
        with pytest.raises(ModelUnavailableError, match=f"{name} of type I64"):
            read(tmp_path)

    def test_a_truncated_file(self, tmp_path: Path) -> None:
        family_write("llama", tmp_path)
        path = tmp_path / "model.safetensors"
        path.write_bytes(path.read_bytes()[:-100])
        with pytest.raises(ModelUnavailableError, match="truncated, the tensor"):
            read(tmp_path)

    @pytest.mark.parametrize("content", [b"", b"\xff" * 40, b"\x02\0\0\0\0\0\0\0[]"])
    def test_a_file_that_is_no_safetensors(
        self, content: bytes, tmp_path: Path
    ) -> None:
        family_write("llama", tmp_path)
        (tmp_path / "model.safetensors").write_bytes(content)
        with pytest.raises(ModelUnavailableError, match="is not a safetensors file"):
            read(tmp_path)

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"hidden_size": "64"}, "hidden_size must be a whole number above zero"),
            ({"num_attention_heads": 0}, "num_attention_heads must be"),
            ({"num_key_value_heads": 3}, "num_key_value_heads must be a divisor of"),
            (
                {"num_attention_heads": 7, "head_dim": None},
                "num_attention_heads must be a divisor of",
            ),
            ({"num_hidden_layers": None}, "has no num_hidden_layers"),
            ({"tie_word_embeddings": 1}, "tie_word_embeddings must be true or false"),
            ({"rope_parameters": []}, "rope_parameters must be an object"),
        ],
    )
    def test_a_configuration_with_a_wrong_value(
        self, values: dict[str, Any], words: str, tmp_path: Path
    ) -> None:
        family_write("llama", tmp_path)
        config_edit(tmp_path, lambda config: config.update(values))
        with pytest.raises(ModelUnavailableError, match=rf"config\.json: {words}"):
            read(tmp_path)


@pytest.mark.parametrize(
    "values",
    [
        {"model_type": "gemma2"},
        {"hidden_act": "xielu"},
        {"rope_parameters": {"rope_type": "longrope"}},
        {"partial_rotary_factor": 0.5},
        {"quantization_config": {"quant_method": "awq"}},
    ],
)
def test_what_no_blueprint_can_say_is_left_to_the_generic_path(
    values: dict[str, Any], tmp_path: Path
) -> None:
    family_write("llama", tmp_path)
    config_edit(tmp_path, lambda config: config.update(values))
    assert blueprint_read(tmp_path) is None


class TestGrids:
    """Matrices that stay quantised as their own file had them."""

    NAME = "model.layers.0.mlp.gate_proj.weight"

    def write(self, directory: Path, bits: int, **changes: torch.Tensor) -> Tensors:
        family_write("llama", directory)
        packed = 64 * bits // 8
        grid = {
            "codes": torch.randint(0, 256, (112, packed), dtype=torch.uint8),
            "scale": torch.rand(112, 2).half(),
            "zero": torch.rand(112, 2).half(),
        } | changes
        save_file(
            {f"{self.NAME}.{part}": tensor for part, tensor in grid.items()},
            directory / "grid.safetensors",
        )
        return grid

    @pytest.mark.parametrize("bits", [4, 8])
    def test_a_grid_goes_by_the_name_of_its_matrix(
        self, bits: int, tmp_path: Path
    ) -> None:
        written = self.write(tmp_path, bits)
        grids = read(tmp_path).grids
        assert list(grids) == ["decoder.0.ffn.gate.weight"]
        grid = grids["decoder.0.ffn.gate.weight"]
        assert grid.bits == bits
        assert np.array_equal(grid.codes, written["codes"].numpy())
        assert np.array_equal(grid.scale, written["scale"].numpy())
        assert np.array_equal(grid.zero, written["zero"].numpy())

    def test_a_grid_of_another_shape_is_refused(self, tmp_path: Path) -> None:
        self.write(tmp_path, 4, scale=torch.rand(112, 3).half())
        with pytest.raises(
            ModelUnavailableError, match=rf"grid\.safetensors.*{self.NAME}"
        ):
            read(tmp_path)

    def test_a_grid_of_a_wrong_type_is_refused(self, tmp_path: Path) -> None:
        self.write(tmp_path, 4, scale=torch.rand(112, 2))
        with pytest.raises(ModelUnavailableError, match=r"scale of type F32 should be"):
            read(tmp_path).grids["decoder.0.ffn.gate.weight"]

    def test_a_model_without_grids_has_none(self) -> None:
        assert len(family_case("llama").blueprint.grids) == 0
