"""Whether a model can do what a project asks, before anybody starts it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from langcodes import tag_is_valid

from inference.contract import ModelState
from webapp.common.errors import ApplicationError
from webapp.generation.selectors import ModelOffer, models_offered
from webapp.workspace.machine.models_known import crew_now, pair_check


@dataclass(frozen=True, slots=True)
class ModelFit:
    """lacking: sentences, one a target language that the model does not have.
    takes_instructions: it can be talked to; None while no worker knows it."""

    offer: ModelOffer
    takes_instructions: bool | None
    lacking: Sequence[str] = ()

    @property
    def is_ready(self) -> bool:
        return self.offer.state == ModelState.READY

    @property
    def is_loading(self) -> bool:
        return self.offer.state == ModelState.LOADING

    @property
    def percent(self) -> int:
        return round(100 * self.offer.progress)


def model_fit(
    *, model: str, source_language: str, target_languages: Iterable[str]
) -> ModelFit | None:
    """None: there is no such model here."""
    offers = {offer.name: offer for offer in models_offered()}
    if model not in offers:
        return None
    crew = crew_now(model)
    return ModelFit(
        offer=offers[model],
        takes_instructions=None if crew.info is None else not crew.is_translator,
        lacking=_lacking(model, source_language, target_languages),
    )


def _lacking(model: str, source: str, targets: Iterable[str]) -> list[str]:
    sentences = []
    for target in filter(tag_is_valid, targets if tag_is_valid(source) else ()):
        try:
            pair_check(model=model, source_language=source, target_language=target)
        except ApplicationError as error:
            sentences.append(str(error.message))
    return list(dict.fromkeys(sentences))
