"""Marian, as the OPUS-MT translators are published."""

from inference.models.blueprint import Blueprint
from inference.models.families.bart_towers import BartNames, bart_stack
from inference.models.families.config_file import ConfigFile
from inference.models.families.sinusoids import sinusoids
from inference.models.families.tensor_names import TensorNames
from inference.models.tensors import TensorFiles

MODEL_TYPES = frozenset({"marian"})


def marian_read(config: ConfigFile, files: TensorFiles) -> Blueprint | None:
    """None if the configuration asks for something that no blueprint can say."""
    encoder, decoder = (
        bart_stack(config, tower, norm_first=False, scales=False, activation="gelu")
        for tower in ("encoder", "decoder")
    )
    if encoder is None or decoder is None:
        return None
    positions = config.whole("max_position_embeddings", 1024)
    vocabulary = config.whole("vocab_size")
    names = TensorNames(files)
    bart = BartNames(names)
    if config.flag("share_encoder_decoder_embeddings", default=True):
        bart.add_shared_embeddings(vocabulary, decoder.width)
    else:
        source_vocabulary = vocabulary
        vocabulary = config.whole("decoder_vocab_size", source_vocabulary)
        bart.add_own_embeddings(source_vocabulary, vocabulary, decoder.width)
    # The frequencies of a table that would go on to width / 2, which it never reaches.
    width = decoder.width
    table = sinusoids(positions, width, last_exponent=(width - 2) / width)
    for tower, stack in (("encoder", encoder), ("decoder", decoder)):
        names.add_computed(f"{tower}.positions", table)
        bart.add_layers(tower, stack)
    if "final_logits_bias" in names:
        names.add_row("head.bias", "final_logits_bias", vocabulary)
    return Blueprint(
        family="marian",
        decoder=decoder,
        encoder=encoder,
        vocabulary_size=vocabulary,
        context_length=positions,
        source_length=positions,
        tensors=names.tensors(),
        grids=names.grids(),
        decoder_start_id=config.natural(
            "decoder_start_token_id", config.natural("pad_token_id", vocabulary - 1)
        ),
    )
