"""A tokenizer for all our languages, written as a stock tokenizer.json.

The pieces are those of a SentencePiece Unigram model with a piece for every byte.
Nothing is normalised away: what is decoded is what was encoded. Each task's prefix is
one piece, so that naming the task costs the encoder one token instead of five.
"""

import io
import json
import random
import shutil
import string
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import sentencepiece
from tokenizers import AddedToken, Tokenizer, decoders, normalizers, processors
from tokenizers.models import Unigram

from inference.training.direction import Direction
from inference.training.errors import TrainingError
from inference.training.pair import Pair

PAD, END, UNKNOWN = "<pad>", "</s>", "<unk>"
PAD_ID, END_ID, UNKNOWN_ID = range(3)  # as every T5 numbers them
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json")
_SPACE = "▁"
_CHARACTER_COVERAGE = 0.9995
_SURE = 0.0  # log-probability: no way to spell a prefix is likelier
_NEVER = -200.0  # a byte's name, <0x41>, met in a text is spelled letter by letter
_ASCII = string.punctuation + string.digits + string.ascii_letters


def vocabulary_train(
    texts: Iterable[str], *, size: int, prefixes: Sequence[str]
) -> Tokenizer:
    """`size` tokens in all. Raises TrainingError if the texts are too few for them."""
    ours = _fixed_pieces(prefixes)
    learned = _pieces_learned(texts, size - len(ours))
    known = {piece for piece, _score in ours}
    pieces = [*ours, *((p, score) for p, score in learned if p not in known)]
    tokenizer = Tokenizer(Unigram(pieces, unk_id=UNKNOWN_ID, byte_fallback=True))
    # As SentencePiece does: a space before the text, and every space a sign.
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend(_SPACE), normalizers.Replace(" ", _SPACE)]
    )
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace(_SPACE, " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"$A {END}", pair=f"$A {END} $B {END}", special_tokens=[(END, END_ID)]
    )
    tokenizer.add_special_tokens(
        [AddedToken(name, special=True) for name in (PAD, END, UNKNOWN)]
    )
    return tokenizer


def task_prefixes(directions: Iterable[Direction]) -> list[str]:
    """Each as we write it, and as a person begins a sentence."""
    prefixes = [direction.prefix for direction in sorted(directions)]
    return prefixes + [prefix[0].upper() + prefix[1:] for prefix in prefixes]


def sample_balanced(
    pairs: Iterable[Pair], *, lines: int, seed: int
) -> dict[str, list[str]]:
    """Up to `lines` texts of each language, each text as likely as any other."""
    # Not for secrets: the same seed must draw the same texts.
    draw = random.Random(seed)  # noqa: S311
    samples: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for language, text in _sides(pairs):
        counts[language] = counts.get(language, 0) + 1
        sample = samples.setdefault(language, [])
        if len(sample) < lines:
            sample.append(text)
        elif (place := draw.randrange(counts[language])) < lines:
            sample[place] = text
    return samples


def vocabulary_save(tokenizer: Tokenizer, directory: Path) -> None:
    """tokenizer.json and tokenizer_config.json, as AutoTokenizer reads them."""
    directory.mkdir(parents=True, exist_ok=True)
    settings = {
        # T5's own class would take the pieces and leave the bytes out.
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": PAD,
        "eos_token": END,
        "unk_token": UNKNOWN,
        "model_max_length": 1_000_000,
        "model_input_names": ["input_ids", "attention_mask"],
        "clean_up_tokenization_spaces": False,
    }
    (directory / "tokenizer_config.json").write_text(
        json.dumps(settings, indent=2), encoding="utf-8"
    )
    # Last, because it is what says that the vocabulary is there.
    part = directory / "tokenizer.json.part"
    tokenizer.save(str(part))
    part.replace(directory / "tokenizer.json")


def vocabulary_copy(start: Path, directory: Path) -> None:
    """That of a model that was trained before. Raises TrainingError if it has none."""
    directory.mkdir(parents=True, exist_ok=True)
    try:
        # The one that says that the vocabulary is there comes last.
        for name in reversed(TOKENIZER_FILES):
            shutil.copy(start / name, directory / name)
    except OSError as error:
        raise TrainingError(
            f"{start}: has no vocabulary to begin with ({error})"
        ) from error


def _sides(pairs: Iterable[Pair]) -> Iterator[tuple[str, str]]:
    for pair in pairs:
        yield pair.direction.source, pair.source
        yield pair.direction.target, pair.target


def _fixed_pieces(prefixes: Sequence[str]) -> list[tuple[str, float]]:
    return [
        (PAD, _NEVER),
        (END, _NEVER),
        (UNKNOWN, _NEVER),
        *((f"<0x{byte:02X}>", _NEVER) for byte in range(256)),
        *((_SPACE + _prefix_piece(prefix), _SURE) for prefix in prefixes),
    ]


def _prefix_piece(prefix: str) -> str:
    """Without its last space, which begins the text's first word."""
    return prefix.rstrip().replace(" ", _SPACE)


def _pieces_learned(texts: Iterable[str], count: int) -> list[tuple[str, float]]:
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_writer=model,
            model_type="unigram",
            vocab_size=count + 3,  # its own <unk>, <s> and </s>
            character_coverage=_CHARACTER_COVERAGE,
            normalization_rule_name="identity",
            remove_extra_whitespaces=False,
            split_digits=True,
            required_chars=_ASCII,
            num_threads=1,  # more, and the pieces depend on their race
            minloglevel=2,
        )
    except RuntimeError as error:
        raise TrainingError(
            f"The texts are too few for a vocabulary of {count} pieces: {error}"
        ) from error
    pieces = sentencepiece.SentencePieceProcessor()
    pieces.LoadFromSerializedProto(model.getvalue())
    return [
        (pieces.IdToPiece(number), pieces.GetScore(number))
        for number in range(3, pieces.GetPieceSize())
    ]
