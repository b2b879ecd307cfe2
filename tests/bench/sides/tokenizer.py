"""A byte-level tokenizer for models whose weights are random: any text can be read."""

import json
from collections.abc import Sequence
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers, trainers
from tokenizers.models import BPE

from tests.bench.prompts import long_text


def tokenizer_make(vocabulary: int, special_tokens: Sequence[str]) -> Tokenizer:
    """At most so many tokens; the special ones come first."""
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(special_tokens),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(long_text().splitlines(), trainer)
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t in special_tokens])
    return tokenizer


def tokenizer_write(tokenizer: Tokenizer, directory: Path, **settings: object) -> None:
    tokenizer.save(str(directory / "tokenizer.json"))
    values = {"tokenizer_class": "PreTrainedTokenizerFast", **settings}
    (directory / "tokenizer_config.json").write_text(json.dumps(values))
