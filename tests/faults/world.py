"""Everything a fault happens to: people who ask, workers, the sweeper, readers."""

import logging
import threading
import uuid
from random import Random

from django.db import connection

from inference.contract import ChatMessage, Role
from tests.faults.crew import Crew
from tests.faults.reader import Reader
from tests.faults.undisturbed import NUM_TOKENS, Answer, Question
from webapp.accounts.models import User
from webapp.generation.models import Generation
from webapp.generation.services import generation_start
from webapp.generation.sweeper import sweep

log = logging.getLogger(__name__)

_SWEEP_SECONDS = 0.2


class Sweeper:
    """Does what beat and the default worker do, more often."""

    def __init__(self) -> None:
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper")

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._closed.wait(_SWEEP_SECONDS):
                sweep()
        finally:
            connection.close()


class World:
    def __init__(
        self, *, crew: Crew, person: User, answers: dict[Question, Answer], model: str
    ) -> None:
        self.crew = crew
        self.sweeper = Sweeper()
        self._person = person
        self._answers = answers
        self._model = model
        self._readers: list[Reader] = []

    def ask(self, question: Question) -> tuple[Generation, Reader]:
        generation = generation_start(
            person=self._person,
            team=self._person.active_team,
            purpose=Generation.Purpose.CHAT,
            model=self._model,
            messages=[ChatMessage(Role.USER, question.text)],
            sampling=question.sampling,
            idempotency_key=uuid.uuid4().hex,
        )
        reader = Reader(generation)
        self._readers.append(reader)
        return generation, reader

    def undisturbed(self, question: Question) -> Answer:
        """What the model answers when nothing happens. Asked once, then remembered."""
        if question not in self._answers:
            generation, reader = self.ask(question)
            reader.wait_for_end()
            answer = Answer.of(generation)
            assert generation.epoch == 1
            assert len(answer.token_ids) == question.sampling.max_tokens
            self._answers[question] = answer
        return self._answers[question]

    def close(self) -> None:
        for reader in self._readers:
            reader.close()
        self.sweeper.close()


def moment(random: Random, num_tokens: int = NUM_TOKENS) -> int:
    """A token after which something happens; enough of the answer is still to come."""
    return random.randint(1, num_tokens * 2 // 3)
