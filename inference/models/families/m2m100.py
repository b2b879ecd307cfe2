"""M2M100, and NLLB, which is the same model."""

from inference.models.blueprint import Blueprint
from inference.models.families.bart_towers import BartNames, bart_stack
from inference.models.families.config_file import ConfigFile
from inference.models.families.sinusoids import sinusoids
from inference.models.families.tensor_names import TensorNames
from inference.models.tensors import TensorFiles

MODEL_TYPES = frozenset({"m2m_100"})


def m2m100_read(config: ConfigFile, files: TensorFiles) -> Blueprint | None:
    """None if the configuration asks for something that no blueprint can say."""
    encoder, decoder = (
        bart_stack(config, tower, norm_first=True, scales=True, activation="relu")
        for tower in ("encoder", "decoder")
    )
    if encoder is None or decoder is None:
        return None
    positions = config.whole("max_position_embeddings", 1024)
    vocabulary = config.whole("vocab_size")
    # fairseq numbers positions from the one after the padding token's number.
    first = config.natural("pad_token_id", 1) + 1
    table = sinusoids(first + positions, decoder.width, last_exponent=1)[first:]
    names = TensorNames(files)
    bart = BartNames(names)
    bart.add_shared_embeddings(vocabulary, decoder.width)
    for tower, stack in (("encoder", encoder), ("decoder", decoder)):
        names.add_computed(f"{tower}.positions", table)
        bart.add_layers(tower, stack)
        bart.add_last_norm(tower, stack.width)
    return Blueprint(
        family="m2m100",
        decoder=decoder,
        encoder=encoder,
        vocabulary_size=vocabulary,
        context_length=positions,
        source_length=positions,
        tensors=names.tensors(),
        grids=names.grids(),
        decoder_start_id=config.natural("decoder_start_token_id", 2),
    )
