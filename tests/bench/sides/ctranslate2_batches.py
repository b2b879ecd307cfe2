"""CTranslate2, greedy: what has arrived is translated as one batch.

Arguments: a converted model, tokenizer.json, the number of threads, and how:
static      no streaming: the quickest that it can, all of the same length
streaming   tokens through its callback, each answer ended at its own length; who
            arrives while a batch runs waits for the next one
"""

import sys
import time
from collections.abc import Sequence
from typing import Any

import ctranslate2
from tokenizers import Tokenizer

from tests.bench.side import serve
from tests.bench.work import Task, Trace

MAX_BATCH = 32


class CTranslate2:
    def __init__(self, model: str, tokenizer: str, threads: int) -> None:
        self._tokenizer = Tokenizer.from_file(tokenizer)
        self._translator: Any = ctranslate2.Translator(
            model,
            device="cpu",
            compute_type="int8",
            inter_threads=1,
            intra_threads=threads,
        )

    def static(self, tasks: Sequence[Task], sampled: bool) -> list[Trace]:
        assert not sampled
        began = time.perf_counter()
        length = tasks[0].tokens
        results = self._translator.translate_batch(
            [self._words(task) for task in tasks],
            beam_size=1,
            min_decoding_length=length,
            max_decoding_length=length,
        )
        seconds = time.perf_counter() - began
        return [
            Trace((seconds,) * len(ids), ids)
            for ids in (self._ids(result.hypotheses[0]) for result in results)
        ]

    def streaming(self, tasks: Sequence[Task], sampled: bool) -> list[Trace]:
        assert not sampled
        times: list[list[float]] = [[] for _ in tasks]
        token_ids: list[list[int]] = [[] for _ in tasks]
        began = time.perf_counter()
        waiting = sorted(range(len(tasks)), key=lambda number: tasks[number].at)
        while waiting:
            now = time.perf_counter() - began
            batch = [n for n in waiting if tasks[n].at <= now][:MAX_BATCH]
            if not batch:
                time.sleep(tasks[waiting[0]].at - now)
                continue

            def note(step: Any, batch: list[int] = batch) -> bool:
                number = batch[step.batch_id]
                times[number].append(time.perf_counter() - began)
                token_ids[number].append(step.token_id)
                return bool(len(times[number]) >= tasks[number].tokens)

            length = max(tasks[number].tokens for number in batch)
            self._translator.translate_batch(
                [self._words(tasks[number]) for number in batch],
                beam_size=1,
                min_decoding_length=length,
                max_decoding_length=length,
                callback=note,
            )
            waiting = [number for number in waiting if number not in batch]
        return [
            Trace(tuple(each), tuple(ids))
            for each, ids in zip(times, token_ids, strict=True)
        ]

    def _words(self, task: Task) -> list[str | None]:
        return [self._tokenizer.id_to_token(number) for number in task.token_ids]

    def _ids(self, words: Sequence[str]) -> tuple[int, ...]:
        return tuple(self._tokenizer.token_to_id(word) or 0 for word in words)


def main() -> None:
    model, tokenizer, threads, how = sys.argv[1:]
    side = CTranslate2(model, tokenizer, int(threads))
    serve({"static": side.static, "streaming": side.streaming}[how])


if __name__ == "__main__":
    main()
