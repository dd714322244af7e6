"""Tables whose rows are several turns: a dialogue in one cell, or a question and its answer in two, becomes turns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from ..checks import printable
from .cell import lines_of_talk
from .jsoncell import Said, hear_said, is_json, said_in
from .lexicon import PAIR, ColumnMapping
from .numbers import Numbers
from .parted import COLON, inner_speakers, parted
from .persons import agent_columns, called_so, cast, customers_of, names_of_agent, speakers_in
from .raw import Field, Raw, Reject
from .roles import Speaker, speaker_of
from .talk import Talk, hear, heard, in_the_middle
from .values import column_text, strings

_BEGIN = re.compile(f"[{COLON}](.*)", re.DOTALL)
_OF_ROW = ("conversation_id", "agent_id", "channel", "meta")


def unfolded(raws: Iterator[Raw], name: str, mapping: ColumnMapping) -> Iterator[Raw]:
    """Yield batches with one row a turn; those with one row a conversation (a field ``turns``) are unfolded, and so are
    those with a question and its answer (fields ``question`` and ``answer``).

    All turns of a cell have the row's line, and its place in the cell as position; the row's other columns hold for
    each of them. A conversation without an id column is called by ``name`` and its 序号, or its row (``numbers``).
    The row's agent is the agent, whatever the lines call those who speak, also by name; where the row names none, the
    lines do. Whom nobody knows is the other side where the whole cell tells that (``persons.cast``).
    """
    speakers: dict[str, Speaker | None] = {}
    numbers = Numbers(name)
    for raw in raws:
        if "question" in raw.fields:
            yield _answered(raw, numbers)
        else:
            yield _unfolded(raw, numbers, mapping, speakers) if "turns" in raw.fields else raw


def _unfolded(raw: Raw, numbers: Numbers, mapping: ColumnMapping, speakers: dict[str, Speaker | None]) -> Raw:
    """Unfold one batch."""
    cells = strings(raw.fields["turns"].values).to_pylist()
    given = raw.fields.get("conversation_id")
    ids = column_text(given.values).to_pylist() if given else numbers.ids(raw)
    agents = list(zip(*agent_columns(raw), strict=True)) or [()] * len(raw)
    customers = customers_of(raw)
    talk = Talk(mapping, speakers)
    owners: list[int] = []
    positions: list[int] = []
    rejects = list(raw.rejects)
    for place, (cell, owner, line) in enumerate(zip(cells, ids, raw.lines.tolist(), strict=True)):
        said, reason = _said(cell or "", mapping)
        lines = [] if said else lines_of_talk(cell or "", mapping)
        reason = raw.faults.get(place) or reason or _unusable(owner, said or lines, mapping)
        if reason:
            rejects.append(Reject(line, 0, owner, None, reason))
            continue
        talk.conversation, talk.fresh, talk.lost, talk.stamped = owner, True, False, False
        talk.agents = names_of_agent(agents[place])
        names = list(dict.fromkeys(one.speaker for one in said if one.speaker)) or speakers_in(lines)
        talk.agents |= called_so({*names, *(parted(line)[1] for line in lines)}, talk.agents)
        talk.cast = cast(names, mapping, talk.agents, customers[place])
        hear_said(said, line, talk)
        for text in lines:
            hear(text, line, talk)
        added = len(talk.rows) - len(owners)
        owners += [place] * added
        positions += range(added)
    return _joined(raw, talk, np.array(owners, np.int64), np.array(positions, np.int32), (*rejects, *talk.rejects))


def _answered(raw: Raw, numbers: Numbers) -> Raw:
    """Part rows with a question and its answer into the customer's turn and the agent's; a blank one is no turn."""
    parts = [column_text(raw.fields[key].values) for key in PAIR]
    here = np.stack([np.asarray(part.is_valid()) for part in parts], axis=1)
    here[~here.any(axis=1), 0] = True  # a row without either is rejected as empty
    owners, sides = np.nonzero(here)
    at, agents = pa.array(owners), pa.array(sides == 1)
    texts = pc.if_else(agents, parts[1].take(at), parts[0].take(at))
    fields = {key: one._replace(values=one.values.take(at)) for key, one in raw.fields.items() if key not in PAIR}
    if "conversation_id" not in fields:
        fields["conversation_id"] = Field("", pa.array(numbers.ids(raw), pa.string()).take(at))
    fields["role"] = Field("role", pc.if_else(agents, "客服", "客户"))
    fields["text"] = Field("text", texts)
    return replace(
        raw,
        fields=fields,
        extras={key: values.take(at) for key, values in raw.extras.items()},
        lines=raw.lines[owners],
        positions=sides.astype(np.int32),
        faults={place: raw.faults[owner] for place, owner in enumerate(owners.tolist()) if owner in raw.faults},
    )


def _said(cell: str, mapping: ColumnMapping) -> tuple[list[Said], str]:
    """Return the turns of a cell that holds them as JSON, and why it cannot be read (empty where it can)."""
    if not is_json(cell):
        return [], ""
    try:
        return said_in(cell, mapping), ""
    except ValueError as error:
        return [], printable(str(error))


def _unusable(owner: str | None, lines: Sequence[str | Said], mapping: ColumnMapping) -> str:
    """Return why a row cannot be used, empty where it can."""
    if owner is None:
        return "no conversation id"
    if not lines:
        return "empty dialogue"
    begin = _BEGIN.search(lines[0]) if len(lines) == 1 and isinstance(lines[0], str) else None
    other = (
        next((words for words, _ in inner_speakers(begin[1]) if speaker_of(words, mapping)), None) if begin else None
    )
    return "" if other is None else in_the_middle(other)


def _joined(raw: Raw, talk: Talk, owners: np.ndarray, positions: np.ndarray, rejects: tuple[Reject, ...]) -> Raw:
    """Join the turns with what their row says of the conversation."""
    at = pa.array(owners)
    fields = dict(heard(talk))
    for key in _OF_ROW:
        if key in raw.fields:
            fields[key] = Field(raw.fields[key].name, raw.fields[key].values.take(at))
    agents = raw.fields.get("agent_id") or raw.fields.get("agent_name")
    if agents:
        fields["agent_id"] = Field(agents.name, column_text(agents.values).take(at))
    return replace(
        raw,
        fields=fields,
        extras={key: values.take(at) for key, values in raw.extras.items()},
        lines=np.array(talk.lines, np.int64),
        positions=positions,
        faults={},
        rejects=rejects,
        by_name=talk.by_name,
    )
