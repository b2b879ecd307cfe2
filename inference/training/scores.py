"""How near translations are to a person's: chrF++, BLEU and TER of sacrebleu."""

from collections.abc import Sequence
from dataclasses import dataclass

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER


@dataclass(frozen=True, slots=True)
class Scores:
    """Each from 0 to 100, TER perhaps above; a lower TER is better."""

    chrf: float
    bleu: float
    ter: float
    signatures: tuple[str, str, str]  # how they were computed, to compare with others


def translations_score(
    translations: Sequence[str], references: Sequence[str], *, language: str
) -> Scores:
    """Of at least one translation into `language`."""
    is_chinese = language == "zh"
    metrics = (
        CHRF(word_order=2),
        BLEU(tokenize="zh" if is_chinese else "13a"),
        TER(normalized=is_chinese, asian_support=is_chinese),
    )
    results = [
        metric.corpus_score(list(translations), [list(references)])
        for metric in metrics
    ]
    signatures = tuple(str(metric.get_signature()) for metric in metrics)
    chrf, bleu, ter = (float(result.score) for result in results)
    return Scores(chrf, bleu, ter, (signatures[0], signatures[1], signatures[2]))
