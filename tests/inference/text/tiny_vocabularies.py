"""Small trained vocabularies, in the files that translation models come with."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sentencepiece
from transformers import M2M100Tokenizer, NllbTokenizer, T5Tokenizer

CORPUS = [
    "The quick brown fox jumps over the lazy dog. How are you today, my friend?",
    "L'été dernier, nous avons mangé une crêpe au château; ça va très bien, Noël.",
    "你好，世界。今天天气很好。我们去公园散步吧。",
    "Emoji come too: 👩‍👩‍👧 🇫🇷 ❤️ 🏽, and naïve café words.",
]
MARIAN_LANGUAGES = (">>fra<<", ">>cmn_Hans<<", ">>deu<<")
M2M100_LANGUAGES = ("en", "fr", "zh")


def sentencepiece_train(path: Path, *, kind: str = "unigram") -> None:
    """Every byte has a piece, as the newer models of OPUS-MT have it."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=_sentences(),
        model_writer=model,
        model_type=kind,
        vocab_size=520,
        byte_fallback=True,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    path.write_bytes(model.getvalue())


def _sentences() -> Iterator[str]:
    return iter(CORPUS * 5)


def pieces_of(path: Path) -> list[str]:
    model = sentencepiece.SentencePieceProcessor()
    model.Load(str(path))
    return [model.IdToPiece(number) for number in range(model.GetPieceSize())]


def json_write(path: Path, values: object) -> None:
    path.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")


def marian_write(
    directory: Path, *, languages: tuple[str, ...] = (), **settings: Any
) -> Path:
    """source.spm, target.spm, vocab.json: one vocabulary, numbered by itself."""
    directory.mkdir()
    sentencepiece_train(directory / "source.spm")
    sentencepiece_train(directory / "target.spm", kind="bpe")
    pieces = {
        *pieces_of(directory / "source.spm"),
        *pieces_of(directory / "target.spm"),
    }
    words = sorted(pieces - {"<s>", "</s>", "<unk>"})
    names = ["</s>", "<unk>", *languages, *words, "<pad>"]
    json_write(directory / "vocab.json", {n: i for i, n in enumerate(names)})
    json_write(
        directory / "tokenizer_config.json",
        {"tokenizer_class": "MarianTokenizer", "eos_token": "</s>", **settings},
    )
    config = {"model_type": "marian", "eos_token_id": 0, "pad_token_id": len(names) - 1}
    json_write(directory / "config.json", config)
    bad_words = {"eos_token_id": 0, "bad_words_ids": [[len(names) - 1]]}
    json_write(directory / "generation_config.json", bad_words)
    return directory


def separate_marian_write(directory: Path) -> Path:
    """Two languages of unlike scripts: each side numbers its own pieces."""
    marian_write(directory, separate_vocabs=True)
    sides = {"source": "vocab.json", "target": "target_vocab.json"}
    words = {side: pieces_of(directory / f"{side}.spm")[3:] for side in sides}
    longest = max(map(len, words.values()))
    for side, name in sides.items():
        # As long as each other: the library looks for padding by the source's number.
        unused = [f"unused{n}" for n in range(longest - len(words[side]))]
        names = ["</s>", "<unk>", *words[side], *unused, "<pad>"]
        json_write(directory / name, {n: i for i, n in enumerate(names)})
    return directory


def m2m100_write(directory: Path) -> Path:
    """sentencepiece.bpe.model, vocab.json; languages are numbered after it."""
    directory.mkdir()
    sentencepiece_train(directory / "sentencepiece.bpe.model", kind="bpe")
    words = pieces_of(directory / "sentencepiece.bpe.model")[3:]
    names = ["<s>", "<pad>", "</s>", "<unk>", *words]
    json_write(directory / "vocab.json", {n: i for i, n in enumerate(names)})
    tokenizer: Any = M2M100Tokenizer
    tokenizer(
        str(directory / "vocab.json"), str(directory / "sentencepiece.bpe.model")
    ).save_pretrained(directory)
    json_write(directory / "config.json", {"model_type": "m2m_100", "eos_token_id": 2})
    return directory


def t5_write(directory: Path, **config: Any) -> Path:
    """tokenizer.json: pieces with their scores, and T5's sentinels."""
    directory.mkdir()
    path = directory / "spiece.model"
    sentencepiece_train(path)
    model = sentencepiece.SentencePieceProcessor()
    model.Load(str(path))
    scores = [
        (model.IdToPiece(n), model.GetScore(n))
        for n in range(3, model.GetPieceSize())
        if not model.IsByte(n)
    ]
    special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    tokenizer: Any = T5Tokenizer
    tokenizer(vocab=[*special, *scores], extra_ids=5).save_pretrained(directory)
    json_write(
        directory / "config.json", {"model_type": "t5", "eos_token_id": 1, **config}
    )
    return directory


def nllb_write(directory: Path) -> Path:
    """tokenizer.json: byte pair encoding, and a token for each of 202 languages."""
    directory.mkdir()
    sentencepiece_train(directory / "sentencepiece.bpe.model", kind="bpe")
    words = [
        piece
        for piece in pieces_of(directory / "sentencepiece.bpe.model")[3:]
        if not piece.startswith("<0x")
    ]
    names = ["<s>", "<pad>", "</s>", "<unk>", *words]
    vocabulary = {name: number for number, name in enumerate(names)}
    tokenizer: Any = NllbTokenizer
    tokenizer(vocab=vocabulary, merges=_merges(vocabulary)).save_pretrained(directory)
    json_write(directory / "config.json", {"model_type": "m2m_100", "eos_token_id": 2})
    return directory


def _merges(vocabulary: dict[str, int]) -> list[tuple[str, str]]:
    """sentencepiece numbers pieces in the order in which they were merged."""
    return [
        (piece[:cut], piece[cut:])
        for piece in vocabulary
        for cut in range(1, len(piece))
        if piece[:cut] in vocabulary and piece[cut:] in vocabulary
    ]
