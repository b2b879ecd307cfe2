"""What the native program promises beyond equality with transformers."""

import platform
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from inference.config import Precision
from inference.models.blueprint import Blueprint, Floats, Grid
from inference.models.native import library
from inference.models.native.library import NativeUnavailableError, library_load
from inference.models.native.model import NativeModel, native_model_load
from inference.models.slot_model import Span
from tests.inference.models.family_cases import family_case
from tests.inference.models.implementations import IMPLEMENTATIONS, LIBRARY_DIRECTORY
from tests.inference.tiny_families import VOCABULARY

PRECISIONS = (Precision.FP32, Precision.INT8)
TEXT = [5, 9, 17, 23, 6, 31, 44, 8, 12, 19, 3, 27]


def load(
    blueprint: Blueprint,
    precision: Precision = Precision.FP32,
    *,
    num_threads: int = 1,
    num_slots: int = 8,
    directory: Path = LIBRARY_DIRECTORY,
) -> NativeModel:
    return native_model_load(
        blueprint,
        precision=precision,
        num_threads=num_threads,
        num_slots=num_slots,
        library_directory=directory,
    )


def blueprint_of(family: str) -> Blueprint:
    return family_case(family).blueprint


def alone(
    model: NativeModel, tokens: list[int], source: int | None = None
) -> torch.Tensor:
    """Logits after the last token, read at once in a slot of its own."""
    model.free(0)
    return model.step([Span(0, 0, tokens, source_slot=source)]).logits[0].clone()


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("num_threads", [1, 2])
class TestARowIsIndependentOfItsCompany:
    """To the last bit, in any precision: an answer can be gone on with anywhere."""

    def test_of_its_neighbours(self, precision: Precision, num_threads: int) -> None:
        model = load(blueprint_of("llama"), precision, num_threads=num_threads)
        expected = alone(model, TEXT)
        for company in range(1, 8):
            spans = [Span(s, 0, TEXT[s:] + TEXT) for s in range(1, company + 1)]
            together = model.step([*spans, Span(0, 0, TEXT)]).logits[-1]
            assert torch.equal(together, expected)

    def test_of_the_pieces_in_which_it_was_read(
        self, precision: Precision, num_threads: int
    ) -> None:
        model = load(blueprint_of("llama"), precision, num_threads=num_threads)
        expected = alone(model, TEXT)
        for size in (1, 2, 3, 5, 7):
            for start in range(0, len(TEXT), size):
                result = model.step([Span(1, start, TEXT[start : start + size])])
            assert torch.equal(result.logits[0], expected)

    def test_of_the_number_of_threads(
        self, precision: Precision, num_threads: int
    ) -> None:
        one = load(blueprint_of("llama"), precision)
        many = load(blueprint_of("llama"), precision, num_threads=num_threads + 1)
        assert torch.equal(alone(one, TEXT), alone(many, TEXT))


class TestSlots:
    def test_a_copy_goes_on_as_the_original(self) -> None:
        model = load(blueprint_of("llama"))
        model.step([Span(2, 0, TEXT)])
        model.copy(2, 5, len(TEXT) - 1)
        copied = model.step([Span(5, len(TEXT) - 1, TEXT[-1:])]).logits[0]
        assert torch.equal(copied, alone(model, TEXT))

    def test_a_freed_slot_remembers_nothing(self) -> None:
        model = load(blueprint_of("llama"))
        expected = alone(model, TEXT)
        model.step([Span(0, 0, TEXT[::-1])])
        model.free(0)
        assert torch.equal(alone(model, TEXT), expected)

    def test_logits_of_every_token_equal_those_of_each_beginning(self) -> None:
        model = load(blueprint_of("llama"))
        rows = model.step([Span(0, 0, TEXT, all_logits=True)]).logits.clone()
        for end in range(1, len(TEXT) + 1):
            assert torch.equal(rows[end - 1], alone(model, TEXT[:end]))

    @pytest.mark.parametrize(
        "span",
        [
            Span(8, 0, TEXT),
            Span(-1, 0, TEXT),
            Span(0, 0, []),
            Span(0, -1, TEXT),
            Span(0, 100_000, TEXT),
            Span(0, 0, [10_000_000]),
            Span(0, 0, [-1]),
        ],
    )
    def test_what_lies_outside_is_refused_before_anything_is_written(
        self, span: Span
    ) -> None:
        model = load(blueprint_of("llama"))
        with pytest.raises(ValueError, match=r"outside|no such"):
            model.step([span])

    @pytest.mark.parametrize("token_id", [-1, VOCABULARY])
    def test_a_source_has_the_encoders_own_words(self, token_id: int) -> None:
        """There are four more on the decoder's side."""
        model = load(blueprint_of("marian, own embeddings"), Precision.AUTO)
        assert model.vocabulary_size == VOCABULARY + 4
        model.encode({0: [VOCABULARY - 1]})
        with pytest.raises(ValueError, match="outside"):
            model.encode({0: [token_id]})

    def test_a_text_without_its_source_is_refused(self) -> None:
        model = load(blueprint_of("t5"))
        with pytest.raises(ValueError, match="source"):
            model.step([Span(0, 0, [0])])


@pytest.mark.parametrize("family", ["t5", "marian", "m2m100"])
class TestEncoderDecoders:
    def test_alignments_equal_those_of_torch(self, family: str) -> None:
        blueprint = blueprint_of(family)
        native, reference = load(blueprint), IMPLEMENTATIONS["torch"](blueprint, 2)
        span = Span(0, 0, [2, 7, 9], source_slot=1, alignment=True)
        for model in (native, reference):
            model.encode({1: TEXT})
        ours = native.step([span]).alignments[0]
        theirs = reference.step([span]).alignments[0]
        assert ours.shape == (len(TEXT),)
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-3)
        torch.testing.assert_close(ours.sum(), torch.tensor(1.0))

    def test_sources_do_not_see_each_other(self, family: str) -> None:
        model = load(blueprint_of(family))
        model.encode({1: TEXT})
        expected = alone(model, [2, 7], source=1)
        model.encode({3: TEXT[::-1], 1: TEXT, 2: TEXT[:4]})
        assert torch.equal(alone(model, [2, 7], source=1), expected)


class TestQuantisedWeights:
    @pytest.mark.parametrize("family", ["llama", "t5", "marian", "m2m100"])
    def test_eight_bits_stay_near_fp32(self, family: str) -> None:
        blueprint = calmed(blueprint_of(family))
        exact, rounded = load(blueprint), load(blueprint, Precision.INT8)
        source = None
        if exact.is_encoder_decoder:
            source = 0
            for model in (exact, rounded):
                model.encode({0: TEXT})
        expected = alone(exact, TEXT, source)
        distance = (alone(rounded, TEXT, source) - expected).norm() / expected.norm()
        assert 0 < distance < 0.05
        assert rounded.precision == "int8"

    @pytest.mark.parametrize("bits", [4, 8])
    def test_the_largest_sums_of_bytes_do_not_overflow(self, bits: int) -> None:
        """Some processors add products of bytes in 16 bits."""
        largest = alike(blueprint_of("llama"), bits)
        exact, rounded = load(largest), load(largest, Precision.AUTO)
        expected = alone(exact, TEXT)
        distance = (alone(rounded, TEXT) - expected).norm() / expected.norm()
        assert distance < 0.01
        assert rounded.precision == f"int{bits}"

    def test_numbers_that_are_not_finite_are_not_lost(self) -> None:
        """A byte could not say that a row has gone wrong."""
        blueprint = blueprint_of("llama")
        broken = dict(blueprint.tensors)
        embedding = broken["decoder.embedding"].copy()
        embedding[7] = float("nan")
        broken["decoder.embedding"] = embedding
        for precision in PRECISIONS:
            model = load(replace(blueprint, tensors=broken), precision)
            result = model.step([Span(0, 0, [5, 7]), Span(1, 0, [5, 6])]).logits
            assert result[0].isnan().all()
            assert result[1].isfinite().all()

    def test_numbers_near_zero_are_zeros_as_bytes(self) -> None:
        """127 divided by the largest of them would be infinite."""
        blueprint = blueprint_of("llama")
        embedding = blueprint.tensors["decoder.embedding"].copy()
        embedding[7] = 1e-40
        tensors = {**blueprint.tensors, "decoder.embedding": embedding}
        for precision in PRECISIONS:
            model = load(replace(blueprint, tensors=tensors), precision)
            assert model.step([Span(0, 0, [7])]).logits.isfinite().all()


def calmed(blueprint: Blueprint) -> Blueprint:
    """The tiny models multiply any difference; smaller matrices do not."""
    names = [n for n in blueprint.tensors if re.search(r"\.\d+\..*weight$", n)]
    smaller = {
        n: blueprint.tensors[n] * np.float32(0.2) for n in names if "norm" not in n
    }
    return replace(blueprint, tensors={**blueprint.tensors, **smaller})


def alike(blueprint: Blueprint, bits: int) -> Blueprint:
    """All weights of an output are the same, and all inputs too: every code and every
    byte is the largest."""
    matrices = {n: t for n, t in blueprint.tensors.items() if t.ndim == 2}
    filled = {n: alike_rows(*t.shape) for n, t in matrices.items()}
    filled["decoder.embedding"] = np.ones_like(matrices["decoder.embedding"])
    grids = {n: alike_grid(t, bits) for n, t in filled.items() if "embedding" not in n}
    return replace(blueprint, tensors={**blueprint.tensors, **filled}, grids=grids)


def alike_rows(outputs: int, inputs: int) -> Floats:
    first = np.linspace(0.01, 0.02, outputs, dtype=np.float16).astype(np.float32)
    return np.repeat(first[:, None], inputs, axis=1)


def alike_grid(weights: Floats, bits: int) -> Grid:
    outputs, inputs = weights.shape
    scale = (weights[:, ::32] / (2**bits - 1)).astype(np.float16)
    codes = np.full((outputs, inputs * bits // 8), 255, dtype=np.uint8)
    return Grid(bits, codes, scale, np.zeros_like(scale))


class TestTheLibrary:
    def test_it_compiles_without_a_warning(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        strict = ("-Wall", "-Wextra", "-Werror")
        monkeypatch.setattr(library, "_FLAGS", (*library._FLAGS, *strict))
        library_load(tmp_path)

    @pytest.mark.skipif(platform.machine() != "x86_64", reason="names x86 processors")
    def test_it_answers_the_same_on_a_processor_without_wide_vectors(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nearly: an older processor rounds products that a newer one does not, and
        what lies between two bytes may then become the other one."""
        blueprint = calmed(blueprint_of("llama"))
        expected = {p: alone(load(blueprint, p), TEXT) for p in PRECISIONS}
        plain = library._FLAGS
        for processor in ("x86-64", "x86-64-v3"):
            monkeypatch.setattr(library, "_FLAGS", (*plain, f"-march={processor}"))
            for precision in PRECISIONS:
                model = load(blueprint, precision, directory=tmp_path)
                apart = (alone(model, TEXT) - expected[precision]).abs().max()
                assert apart < (1e-5 if precision is Precision.FP32 else 1e-2)
        assert len(list(tmp_path.glob("*.so"))) == 2

    def test_it_is_compiled_once_for_a_directory(self, tmp_path: Path) -> None:
        library_load(tmp_path)
        (made,) = tmp_path.glob("*.so")
        before = made.stat().st_mtime_ns
        library_load(tmp_path)
        assert made.stat().st_mtime_ns == before
        assert list(tmp_path.iterdir()) == [made]

    @pytest.mark.parametrize("side", ["decoder", "encoder"])
    def test_heads_that_are_too_wide_for_its_caches_are_refused(
        self, side: str
    ) -> None:
        blueprint = blueprint_of("t5")
        wide = replace(getattr(blueprint, side), head_width=257)
        with pytest.raises(NativeUnavailableError, match="wider than 256"):
            load(replace(blueprint, **{side: wide}), Precision.INT8)

    def test_without_a_compiler_it_says_so(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(NativeUnavailableError, match="no C compiler"):
            library_load(tmp_path)

    def test_a_compiler_that_fails_is_quoted(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(library, "_FLAGS", (*library._FLAGS, "--no-such-flag"))
        with pytest.raises(NativeUnavailableError, match="no-such-flag"):
            library_load(tmp_path)
        assert not list(tmp_path.iterdir())
