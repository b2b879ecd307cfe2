"""llama.cpp through its own batches: every stream's next token in one llama_decode.

Arguments: a GGUF file and the number of threads. Keys and values are F16, llama.cpp's
default; each stream has a cache of its own (kv_unified off), its best for many streams.
"""

import ctypes
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import llama_cpp
import numpy as np

from tests.bench.side import serve
from tests.bench.work import Task, Trace

MAX_STREAMS = 32
STREAM_TOKENS = 768  # context of one stream
BATCH_TOKENS = 2048  # llama.cpp's default n_batch; n_ubatch stays 512
SEED = 7
# Set again for every process; ctypes must keep a reference.
_SILENCE = llama_cpp.llama_log_callback(lambda level, text, data: None)


class LlamaCpp:
    def __init__(self, file: str, threads: int) -> None:
        llama_cpp.llama_log_set(_SILENCE, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        model_params = llama_cpp.llama_model_default_params()
        model_params.n_gpu_layers = 0
        self._model = llama_cpp.llama_model_load_from_file(file.encode(), model_params)
        params = llama_cpp.llama_context_default_params()
        params.n_ctx = MAX_STREAMS * STREAM_TOKENS
        params.n_seq_max = MAX_STREAMS
        params.n_batch = BATCH_TOKENS
        params.n_threads = params.n_threads_batch = threads
        params.kv_unified = False
        self._context = llama_cpp.llama_init_from_model(self._model, params)
        if not self._context:
            raise RuntimeError(f"{file}: llama.cpp cannot open it")
        vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        self._vocabulary_size = llama_cpp.llama_vocab_n_tokens(vocabulary)
        self._batch = llama_cpp.llama_batch_init(BATCH_TOKENS, 0, 1)

    def run(self, tasks: Sequence[Task], sampled: bool) -> list[Trace]:
        memory = llama_cpp.llama_get_memory(self._context)
        llama_cpp.llama_memory_clear(memory, True)
        streams = [_Stream(n, task, _chain(n, sampled)) for n, task in enumerate(tasks)]
        began = time.perf_counter()
        for part in _prompt_batches(streams):
            self._step(part, began)
        while writing := [stream for stream in streams if not stream.is_finished]:
            self._step(
                [
                    (stream, stream.length, stream.token_ids[-1], True)
                    for stream in writing
                ],
                began,
            )
        return [stream.close() for stream in streams]

    def _step(self, entries: "list[Entry]", began: float) -> None:
        batch = self._batch
        batch.n_tokens = len(entries)
        for row, (stream, position, token_id, wants_logits) in enumerate(entries):
            batch.token[row] = token_id
            batch.pos[row] = position
            batch.n_seq_id[row] = 1
            batch.seq_id[row][0] = stream.number
            batch.logits[row] = wants_logits
        if (code := llama_cpp.llama_decode(self._context, batch)) != 0:
            raise RuntimeError(f"llama_decode: {code}")
        # Streaming: a token is there when it was chosen, not when all of them were.
        for row, (stream, position, _, wants_logits) in enumerate(entries):
            stream.length = position + 1
            if wants_logits:
                stream.add(self._choose(stream, row), time.perf_counter() - began)

    def _choose(self, stream: "_Stream", row: int) -> int:
        if stream.chain is not None:
            return int(llama_cpp.llama_sampler_sample(stream.chain, self._context, row))
        # Quicker than llama.cpp's own greedy sampler, which copies all candidates.
        logits = llama_cpp.llama_get_logits_ith(self._context, row)
        return int(np.ctypeslib.as_array(logits, (self._vocabulary_size,)).argmax())


class _Stream:
    def __init__(self, number: int, task: Task, chain: Any) -> None:
        self.number = number
        self.task = task
        self.chain = chain
        self.length = 0
        self.token_ids: list[int] = []
        self._times: list[float] = []

    @property
    def is_finished(self) -> bool:
        return len(self.token_ids) == self.task.tokens

    def add(self, token_id: int, at: float) -> None:
        self.token_ids.append(token_id)
        self._times.append(at)

    def close(self) -> Trace:
        if self.chain is not None:
            llama_cpp.llama_sampler_free(self.chain)
        return Trace(tuple(self._times), tuple(self.token_ids))


# A stream, the position, the token there, and whether its logits are wanted.
Entry = tuple[_Stream, int, int, bool]


def _prompt_batches(streams: Sequence[_Stream]) -> Iterator[list[Entry]]:
    """All prompts, in batches as large as they may be."""
    entries = [
        (stream, position, token_id, position == len(stream.task.token_ids) - 1)
        for stream in streams
        for position, token_id in enumerate(stream.task.token_ids)
    ]
    for begin in range(0, len(entries), BATCH_TOKENS):
        yield entries[begin : begin + BATCH_TOKENS]


def _chain(number: int, sampled: bool) -> Any:
    """The chat's own settings: top-k 50, top-p 0.95, temperature 0.7."""
    if not sampled:
        return None
    chain = llama_cpp.llama_sampler_chain_init(
        llama_cpp.llama_sampler_chain_default_params()
    )
    for part in (
        llama_cpp.llama_sampler_init_top_k(50),
        llama_cpp.llama_sampler_init_top_p(0.95, 1),
        llama_cpp.llama_sampler_init_temp(0.7),
        llama_cpp.llama_sampler_init_dist(SEED + number),
    ):
        llama_cpp.llama_sampler_chain_add(chain, part)
    return chain


def main() -> None:
    file, threads = sys.argv[1:]
    serve(LlamaCpp(file, int(threads)).run)


if __name__ == "__main__":
    main()
