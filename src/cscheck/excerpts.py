"""Excerpts (摘录): what an inspector reads beside a finding and the findings table does not hold.

Rows stand in the order of the findings: the n-th excerpt belongs to the n-th finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from .assess import Assessment, Assessor
from .categories import Categories
from .explain import why_due
from .gather import metadata_of
from .model import ROLE_NAMES, Finding, Turn
from .readers.lexicon import fold_name, lexicon
from .rule import Rule
from .scheme import Scheme
from .score import decompose

# ``deducted``: the points the finding cost in fact, null for rows of kind error. ``team``: that of the conversation.
# ``time``: when its turn began, the wall clock or H:MM:SS from the start of the conversation. ``text``: the whole turn.
# ``asked``: the customer's last turn before it that is not empty. Where a required thing is missing, time and text are
# null, ``due`` tells what made it due, and ``asked`` is the first turn that did; null where it always is. ``source``:
# the file and line of the turn, or of the conversation's first where a thing is missing; null where none was read.
EXCERPTS = pa.schema(
    [
        ("deducted", pa.float64()),
        ("team", pa.string()),
        ("time", pa.string()),
        ("text", pa.string()),
        ("asked", pa.string()),
        ("due", pa.string()),
        ("source", pa.string()),
    ]
)


class Excerpt(NamedTuple):
    """One row: see ``EXCERPTS``."""

    deducted: float | None
    team: str | None
    time: str | None = None
    text: str | None = None
    asked: str | None = None
    due: str | None = None
    source: str | None = None


def excerpts_table(assessments: Iterable[Assessment], assessor: Assessor) -> pa.Table:
    """Return the excerpts of all findings of what ``assessor`` assessed, with the columns of ``EXCERPTS``."""
    rules = {rule.id: rule for rule in assessor.program.rules}
    rows = [row for one in assessments if one.verdict.findings for row in _excerpts(one, assessor, rules)]
    columns = zip(*rows, strict=True) if rows else [()] * len(EXCERPTS)
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for field, column in zip(EXCERPTS, columns, strict=True)], schema=EXCERPTS
    )


def deductions(assessment: Assessment, scheme: Scheme, categories: Categories) -> Mapping[int, float]:
    """Return what each finding of a conversation cost in fact, in points, by the ``id()`` of the finding."""
    return {
        id(charged.finding): charged.deducted / 100
        for part in assessment.parts
        for charged in decompose(part.findings, scheme, categories)
    }


def names_beside(turns: pa.Table) -> set[tuple[str, str]]:
    """Return the ids of agents with the names that stand beside them in the metadata of their turns (坐席姓名)."""
    known = set(map(fold_name, lexicon().columns["agent_name"]))
    own = turns.filter(pc.and_kleene(pc.equal(turns["role"], "agent"), pc.is_valid(turns["meta"])))
    found = set()
    for row in own.select(["agent_id", "meta"]).group_by(["agent_id", "meta"]).aggregate([]).to_pylist():
        names = {str(value).strip() for key, value in metadata_of(row["meta"]).items() if fold_name(key) in known}
        found |= {(row["agent_id"], name) for name in names if row["agent_id"] and name}
    return found


def names_by_id(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the name of each agent of whom one name is known, and another than the id."""
    names: dict[str, set[str]] = {}
    for agent, name in found:
        names.setdefault(agent, set()).add(name)
    return {agent: min(some) for agent, some in sorted(names.items()) if len(some) == 1 and some != {agent}}


def _excerpts(assessment: Assessment, assessor: Assessor, rules: Mapping[str, Rule]) -> Iterator[Excerpt]:
    conversation = assessment.verdict.conversation
    cost = deductions(assessment, assessor.scheme, assessor.categories)
    team = assessment.parts[0].team if assessment.parts else None  # the parts of a conversation share one
    places = {turn.turn_index: place for place, turn in enumerate(conversation.turns)}
    view = assessment.verdict.view
    for finding in assessment.verdict.findings:
        place = 0 if finding.turn_index is None else places[finding.turn_index]
        whole = Excerpt(cost.get(id(finding)), team, source=view.scanned.batch.read_at(view.first + place))
        if finding.turn_index is not None:
            yield _in_turn(whole, conversation.turns, place)
        else:
            due = why_due(finding, rules[finding.rule_id], view)
            yield whole._replace(asked=_trigger(finding, conversation.turns, places), due=due or None)


def _trigger(finding: Finding, turns: Sequence[Turn], places: Mapping[int, int]) -> str | None:
    """Return the first turn that made a missing thing due, with its speaker unless that is the customer."""
    at = next((e.turn_index for e in finding.evidence if e.kind == "trigger" and e.turn_index is not None), None)
    if at is None:
        return None
    turn = turns[places[at]]
    return turn.text if turn.role == "customer" else f"{ROLE_NAMES[turn.role]}：{turn.text}"


def _in_turn(whole: Excerpt, turns: Sequence[Turn], place: int) -> Excerpt:
    before = reversed(turns[:place])
    asked = next((turn.text for turn in before if turn.role == "customer" and turn.text.strip()), None)
    turn = turns[place]
    return whole._replace(time=clock(turn), text=turn.text, asked=asked)


def clock(turn: Turn) -> str | None:
    """Return when a turn began: its wall clock, else H:MM:SS from the start of the conversation, else None."""
    if turn.sent_at is not None:
        return turn.sent_at.isoformat(" ", "seconds")
    if turn.start is None:
        return None
    minutes, seconds = divmod(int(turn.start), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
