"""What the workers say of a model: what kind it is, and which languages it has."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from langcodes import closest_supported_match

from inference.contract import ModelInfo, ModelTask
from webapp.common.errors import ApplicationError
from webapp.generation.selectors import model_statuses, workers_alive
from webapp.workspace.languages import language_label

_MAX_DISTANCE = 10  # of CLDR: dialects and other regions, no other language


@dataclass(frozen=True, slots=True)
class Crew:
    """Of the moment. info None: no worker has loaded the model yet."""

    slots: int
    info: ModelInfo | None

    @property
    def is_translator(self) -> bool:
        """It reads a source and writes a translation, and is not talked to."""
        return self.info is not None and self.info.task is ModelTask.TEXT

    @property
    def repetition_penalty(self) -> float:
        """The model's own wish."""
        return self.info.repetition_penalty if self.info else 1.0


def crew_now(model: str) -> Crew:
    workers = workers_alive()
    status = model_statuses(workers).get(model)
    return Crew(
        slots=sum(worker.slots for worker in workers),
        info=status.info if status else None,
    )


def pair_check(*, model: str, source_language: str, target_language: str) -> None:
    """Raises ApplicationError where the model is known to lack a language.

    A model that can be talked to is asked for any; one that names no languages, too.
    """
    crew = crew_now(model)
    if crew.info is None or not crew.is_translator or not crew.info.languages:
        return
    for tag in (source_language, target_language):
        known = list(crew.info.languages)
        if closest_supported_match(tag, known, max_distance=_MAX_DISTANCE) is None:
            raise ApplicationError(
                _("The model “%(model)s” does not know %(language)s.")
                % {"model": crew.info.label, "language": language_label(tag)},
                code="language",
            )
