"""What every program promises of its slots, besides right answers."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch

from inference.models.slot_model import SlotModel, Span
from tests.inference.models.family_cases import family_case
from tests.inference.models.implementations import Make, make
from tests.inference.models.slot_driver import greedy
from tests.inference.tiny_families import (
    DECODERS,
    ENCODER_DECODERS,
    FAMILIES,
    VOCABULARY,
)

__all__ = ["make"]  # a fixture

WORDS = list(range(10, 26))
# One of each kind: plain, with a window, with a bias by distance, with positions.
SAMPLE = ["llama", "mistral", "t5", "marian", "m2m100"]
TRANSLATORS = list(ENCODER_DECODERS)


def model_make(make: Make, family: str, num_slots: int = 6) -> SlotModel:
    """With a source in slot 0, where the family has sources."""
    model = make(family_case(family).blueprint, num_slots)
    if model.is_encoder_decoder:
        model.encode({0: WORDS})
    return model


def read(
    model: SlotModel, slot: int, words: Sequence[int], *, start: int = 0
) -> torch.Tensor:
    source_slot = 0 if model.is_encoder_decoder else None
    return model.step([Span(slot, start, words, source_slot)]).logits[0]


def assert_close(found: torch.Tensor, expected: torch.Tensor) -> None:
    distance = (found - expected).abs().max() / expected.abs().max()
    assert distance < 1e-4


@pytest.mark.parametrize("family", SAMPLE)
class TestSlots:
    def test_a_copy_goes_on_as_the_original_would(
        self, family: str, make: Make
    ) -> None:
        model = model_make(make, family)
        read(model, 1, WORDS)
        model.copy(1, 4, 11)
        expected = read(model, 2, [*WORDS[:11], 99])
        assert_close(read(model, 4, [99], start=11), expected)

    def test_the_original_is_not_touched_by_what_its_copy_reads(
        self, family: str, make: Make
    ) -> None:
        model = model_make(make, family)
        read(model, 1, WORDS)
        model.copy(1, 4, 16)
        read(model, 4, [50, 51, 52], start=10)
        expected = read(model, 2, [*WORDS, 99])
        assert_close(read(model, 1, [99], start=16), expected)

    def test_a_copy_replaces_all_that_was_there(self, family: str, make: Make) -> None:
        model = model_make(make, family)
        read(model, 1, WORDS[:5])
        read(model, 4, [*WORDS, *WORDS])
        model.copy(1, 4, 5)
        expected = read(model, 2, [*WORDS[:5], 99])
        assert_close(read(model, 4, [99], start=5), expected)

    def test_a_tail_can_be_overwritten(self, family: str, make: Make) -> None:
        model = model_make(make, family)
        read(model, 1, WORDS)
        expected = read(model, 2, [*WORDS[:7], 60, 61])
        assert_close(read(model, 1, [60, 61], start=7), expected)

    def test_nothing_stays_behind_in_a_freed_slot(
        self, family: str, make: Make
    ) -> None:
        model = model_make(make, family)
        expected = read(model, 2, WORDS[:3])
        read(model, 2, [*WORDS, *WORDS])
        model.free(2)
        assert_close(read(model, 2, WORDS[:3]), expected)

    def test_a_slot_grows_far(self, family: str, make: Make) -> None:
        """Beyond the length by which memory is given out, while others hold theirs."""
        model = model_make(make, family)
        text = [10 + number % 90 for number in range(250)]
        read(model, 3, WORDS)
        read(model, 1, text)
        for position in range(250, 256):
            last = read(model, 1, [7], start=position)
        expected = read(model, 2, [*text, *[7] * 6])
        assert_close(last, expected)
        assert_close(read(model, 3, [9], start=16), read(model, 4, [*WORDS, 9]))

    def test_spans_answer_in_the_order_they_were_asked(
        self, family: str, make: Make
    ) -> None:
        model = model_make(make, family)
        source_slot = 0 if model.is_encoder_decoder else None
        texts = {5: WORDS[:9], 1: WORDS[3:4], 3: WORDS[5:7], 2: WORDS[8:9]}
        alone = [read(model, slot, text) for slot, text in texts.items()]
        spans = [Span(slot, 0, text, source_slot) for slot, text in texts.items()]
        together = model.step(spans).logits
        for found, expected in zip(together, alone, strict=True):
            assert_close(found, expected)

    def test_it_gives_logits_of_every_token_where_asked(
        self, family: str, make: Make
    ) -> None:
        model = model_make(make, family)
        source_slot = 0 if model.is_encoder_decoder else None
        every = Span(1, 0, WORDS[:4], source_slot, all_logits=True)
        logits = model.step([Span(2, 0, [9], source_slot), every]).logits
        assert logits.shape == (5, model.vocabulary_size)
        for length in range(1, 5):
            assert_close(logits[length], read(model, 3, WORDS[:length]))

    def test_memory_is_told_in_steps(self, family: str, make: Make) -> None:
        model = model_make(make, family)
        assert 0 < model.slot_bytes(1) <= model.slot_bytes(1000)
        assert model.slot_bytes(1000) >= 4 * model.slot_bytes(200) * 0.9
        assert (model.source_bytes(9) > 0) is model.is_encoder_decoder


@pytest.mark.parametrize("family", FAMILIES)
def test_what_it_is(family: str, make: Make) -> None:
    case = family_case(family)
    model = make(case.blueprint, 3)
    assert model.precision == "fp32"
    assert model.device.type == "cpu"
    assert model.num_slots == 3
    assert model.can_copy
    assert model.vocabulary_size == case.blueprint.vocabulary_size
    source_words = 0 if family in DECODERS else VOCABULARY
    assert model.source_vocabulary_size == source_words
    assert model.is_encoder_decoder is (family not in DECODERS)


@pytest.mark.parametrize("family", TRANSLATORS)
class TestSources:
    def test_slots_may_share_a_source(self, family: str, make: Make) -> None:
        """Beams, or several samples of one request."""
        model = model_make(make, family)
        start = family_case(family).blueprint.decoder_start_id
        assert start is not None
        texts = {slot: [start, slot + 20] for slot in (1, 2, 3, 5)}
        alone = [read(model, slot, text) for slot, text in texts.items()]
        for slot, text in texts.items():
            read(model, slot, text[:1])
        spans = [Span(slot, 1, text[1:], 0) for slot, text in texts.items()]
        together = model.step(spans).logits
        for found, expected in zip(together, alone, strict=True):
            assert_close(found, expected)

    def test_sources_of_any_lengths_are_read_together(
        self, family: str, make: Make
    ) -> None:
        case = family_case(family)
        model = make(case.blueprint, 6)
        sources = {4: WORDS, 0: WORDS[:1], 3: WORDS[:9]}
        model.encode(sources)
        together = model.step([Span(s, 0, [0, 30], s) for s in sources]).logits
        for (slot, source), found in zip(sources.items(), together, strict=True):
            model.free(slot)
            model.encode({slot: source})
            alone = model.step([Span(slot, 0, [0, 30], slot)]).logits[0]
            assert_close(found, alone)

    def test_a_new_source_replaces_the_old_one(self, family: str, make: Make) -> None:
        case = family_case(family)
        model = make(case.blueprint, 1)
        model.encode({0: [*WORDS, *WORDS]})
        model.free_source(0)
        answer, prompt = case.answers[1], case.prompts[1]
        assert greedy(model, [prompt]) == [answer]

    def test_an_alignment_is_transformers_cross_attention(
        self, family: str, make: Make
    ) -> None:
        case = family_case(family)
        words = [case.blueprint.decoder_start_id or 0, 40, 41, 42]
        case.model.set_attn_implementation("eager")
        with torch.inference_mode():
            output = case.model(
                input_ids=torch.tensor([WORDS]),
                decoder_input_ids=torch.tensor([words]),
                output_attentions=True,
            )
        case.model.set_attn_implementation("sdpa")
        attention = torch.stack(output.cross_attentions)[:, 0, :, -1].mean(dim=(0, 1))
        model = model_make(make, family)
        result = model.step([Span(2, 0, [9], 0), Span(1, 0, words, 0, alignment=True)])
        assert list(result.alignments) == [1]
        found = result.alignments[1]
        assert found.shape == (len(WORDS),)
        assert abs(float(found.sum()) - 1) < 1e-5
        assert torch.allclose(found, attention, atol=1e-5)


@pytest.mark.parametrize("family", SAMPLE)
def test_a_poisoned_row_leaves_the_others_alone(family: str, make: Make) -> None:
    """NaN in one slot, and in the same slot before it was freed."""
    case = family_case(family)
    tensors = dict(case.blueprint.tensors)
    poisoned = tensors["decoder.embedding"].copy()
    poisoned[77] = float("nan")
    tensors["decoder.embedding"] = poisoned
    model = make(replace(case.blueprint, tensors=tensors), 4)
    source = {0: WORDS} if model.is_encoder_decoder else {}
    if source:
        model.encode(source)
    source_slot = 0 if source else None
    spans = [
        Span(0, 0, WORDS, source_slot),
        Span(1, 0, [*WORDS, 77, *WORDS], source_slot),
        Span(2, 0, WORDS[:4], source_slot),
    ]
    logits = model.step(spans).logits
    assert logits[[0, 2]].isfinite().all()
    assert not logits[1].isfinite().any()
    model.free(1)
    assert_close(read(model, 1, WORDS), logits[0])
    steps = [Span(0, 16, [5], source_slot), Span(1, 16, [5], source_slot)]
    assert model.step(steps).logits.isfinite().all()
