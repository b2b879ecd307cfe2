"""The Redis Stream of one generation: its tokens, numbered, fenced by the epoch.

`gen:{id}` holds entries of three kinds, in the order of their ids:

    {seq}-0           tokens up to number seq: t (ids, comma-separated), x (their text),
                      and e (how sure the model was, see explanation.py) where asked for
    {seq}-{epoch}     another worker goes on after token seq
    {seq}-4294967295  the end: the row says how

An entry usually holds one token; after a pause of Redis, or when the stream had to be
built again, one holds many. `gen:{id}:fence` is a hash: which epoch may append, and
whether somebody asked to stop.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from webapp.common.redis import redis_client
from webapp.generation.explanation import ExplainedToken

END_MARK = 4_294_967_295
_LIFE_SECONDS = 86_400  # of a stream that nobody ended
_ENDED_LIFE_SECONDS = 3_600  # readers of an ended one have the row

_OPEN = """
local epoch = tonumber(ARGV[1])
local current = tonumber(redis.call('HGET', KEYS[2], 'epoch') or '0')
if current > epoch then return 0 end
redis.call('HSET', KEYS[2], 'epoch', epoch)
redis.call('EXPIRE', KEYS[2], ARGV[2])
local tail = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if #tail > 0 and epoch > current and current > 0 then
  local seq = string.match(tail[1][1], '^(%d+)-')
  redis.call('XADD', KEYS[1], seq .. '-' .. ARGV[1], 'r', ARGV[1])
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""

_APPEND = """
local function last_seq(stream)
  local tail = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)
  if #tail == 0 then return 0 end
  return tonumber(string.match(tail[1][1], '^(%d+)-'))
end
local answers = {}
for i, part in ipairs(cjson.decode(ARGV[1])) do
  local stream, fence = KEYS[2 * i - 1], KEYS[2 * i]
  local epoch = tonumber(redis.call('HGET', fence, 'epoch') or '0')
  if epoch > part.epoch then
    answers[i] = {'stale', 0}
  elseif epoch < part.epoch then
    answers[i] = {'lost', 0}
  else
    if part.rebuild then redis.call('DEL', stream) end
    local last = last_seq(stream)
    if part.seq > last and part.first ~= last + 1 then
      answers[i] = {'gap', last}
    else
      if part.seq > last then
        local id = string.format('%d-0', part.seq)
        if part.explained then
          redis.call('XADD', stream, id, 't', part.tokens, 'x', part.text,
            'e', part.explained)
        else
          redis.call('XADD', stream, id, 't', part.tokens, 'x', part.text)
        end
        if last == 0 then redis.call('EXPIRE', stream, ARGV[2]) end
      end
      local cancel = redis.call('HEXISTS', fence, 'cancel') == 1
      answers[i] = {cancel and 'cancel' or 'ok', part.seq}
    end
  end
end
return answers
"""

_END = """
local tail = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local seq = #tail > 0 and string.match(tail[1][1], '^(%d+)-') or '0'
local id = seq .. '-' .. ARGV[1]
if #tail == 0 or tail[1][1] ~= id then
  redis.call('XADD', KEYS[1], id, 'end', '1')
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
"""


class Outcome(StrEnum):
    OK = "ok"
    CANCEL = "cancel"  # appended, and somebody asked to stop
    STALE = "stale"  # a newer claim lives: write nothing more
    LOST = "lost"  # Redis forgot the fence: check the row, open, append again
    GAP = "gap"  # Redis forgot tokens: append again from after `last_seq`


@dataclass(frozen=True, slots=True)
class Part:
    """What one step made for one generation: tokens first to seq, and their text."""

    generation_id: str
    epoch: int
    token_ids: Sequence[int]
    seq: int
    text: str
    rebuild: bool = False  # begin the stream anew with this part
    explained: Sequence[ExplainedToken] = ()  # each token, or none

    @property
    def first(self) -> int:
        return self.seq - len(self.token_ids) + 1


@dataclass(frozen=True, slots=True)
class Appended:
    outcome: Outcome
    last_seq: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, read back. Without tokens it is a mark: of a resumption or the end."""

    id: str
    seq: int
    token_ids: tuple[int, ...] = ()
    text: str = ""
    is_end: bool = False
    explained: tuple[ExplainedToken, ...] = ()

    @property
    def first(self) -> int:
        return self.seq - len(self.token_ids) + 1

    @property
    def is_resumption(self) -> bool:
        return not self.token_ids and not self.is_end


@dataclass(frozen=True, slots=True)
class Transcribed:
    """All tokens that a stream holds from number 1 on without a gap."""

    token_ids: tuple[int, ...] = ()
    text: str = ""
    explained: tuple[ExplainedToken, ...] = ()  # as far as they are known


def stream_key(generation_id: str) -> str:
    return f"gen:{generation_id}"


def fence_key(generation_id: str) -> str:
    return f"gen:{generation_id}:fence"


def token_log_open(*, generation_id: str, epoch: int) -> bool:
    """Let this epoch append and no older one. False: a newer one is there already."""
    keys = [stream_key(generation_id), fence_key(generation_id)]
    answer = redis_client().eval(_OPEN, len(keys), *keys, epoch, _LIFE_SECONDS)
    return bool(answer)


def token_logs_open(claims: Sequence[tuple[str, int]]) -> None:
    """As above for many (id, epoch), in one round trip."""
    pipe = redis_client().pipeline(transaction=False)
    for id, epoch in claims:
        keys = (stream_key(id), fence_key(id))
        pipe.eval(_OPEN, len(keys), *keys, str(epoch), str(_LIFE_SECONDS))
    pipe.execute()


def token_log_append(parts: Sequence[Part]) -> list[Appended]:
    """One call for all that a step made. Appending twice changes nothing."""
    keys: list[str] = []
    for part in parts:
        keys += [stream_key(part.generation_id), fence_key(part.generation_id)]
    values = json.dumps([_values(part) for part in parts])
    answers: Any = redis_client().eval(_APPEND, len(keys), *keys, values, _LIFE_SECONDS)
    return [Appended(Outcome(word), last_seq) for word, last_seq in answers]


def _values(part: Part) -> dict[str, Any]:
    explained = [token.to_list() for token in part.explained]
    extra = {"explained": json.dumps(explained)} if explained else {}
    return {
        "epoch": part.epoch,
        "first": part.first,
        "seq": part.seq,
        "tokens": ",".join(map(str, part.token_ids)),
        "text": part.text,
        "rebuild": part.rebuild,
        **extra,
    }


def token_logs_end(ids: Sequence[str]) -> None:
    """Tell their readers that the rows have ends; the streams go an hour later."""
    pipe = redis_client().pipeline(transaction=False)
    ending = (str(END_MARK), str(_ENDED_LIFE_SECONDS))
    for id in ids:
        pipe.eval(_END, 2, stream_key(id), fence_key(id), *ending)
    pipe.execute()


def token_logs_cancel(ids: Sequence[str]) -> None:
    """Their workers hear of it with the answer to the next append."""
    pipe = redis_client().pipeline(transaction=False)
    for id in ids:
        pipe.hset(fence_key(id), "cancel", "1")
        pipe.expire(fence_key(id), _LIFE_SECONDS)
    pipe.execute()


def token_log_read(*, generation_id: str) -> Transcribed:
    entries: Any = redis_client().xrange(stream_key(generation_id))
    return transcribe([entry_parse(id, fields) for id, fields in entries])


def transcribe(entries: Sequence[Entry]) -> Transcribed:
    """
    >>> transcribe([Entry("1-0", 1, (7,), "to"), Entry("3-0", 3, (9,), "be")]).text
    'to'
    """
    token_ids: list[int] = []
    texts: list[str] = []
    explained: list[ExplainedToken] = []
    for entry in entries:
        if entry.token_ids and entry.first == len(token_ids) + 1:
            token_ids += entry.token_ids
            texts.append(entry.text)
            explained += entry.explained
    return Transcribed(tuple(token_ids), "".join(texts), tuple(explained))


def entry_parse(id: str, fields: dict[str, str]) -> Entry:
    """
    >>> entry_parse("9-0", {"t": "5,6", "x": " be"}).first
    8
    """
    seq, _, mark = id.partition("-")
    return Entry(
        id=id,
        seq=int(seq),
        token_ids=tuple(map(int, fields["t"].split(","))) if "t" in fields else (),
        text=fields.get("x", ""),
        is_end=int(mark) == END_MARK,
        explained=tuple(
            map(ExplainedToken.from_list, json.loads(fields.get("e", "[]")))
        ),
    )
