"""Excerpts (摘录): what an inspector reads beside a finding and the findings table does not hold.

Rows stand in the order of the findings: the n-th excerpt belongs to the n-th finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import pyarrow as pa

from .assess import Assessment
from .categories import Categories
from .model import Conversation, Finding, Turn
from .scheme import Scheme
from .score import decompose

# ``deducted``: the points the finding cost in fact, null for rows of kind error. ``time``: when its turn began, the
# wall clock or H:MM:SS from the start of the conversation. ``text``: the whole turn. ``asked``: the customer's last
# turn before it that is not empty. All but ``deducted`` are null where a required thing is missing.
EXCERPTS = pa.schema([("deducted", pa.float64()), ("time", pa.string()), ("text", pa.string()), ("asked", pa.string())])


class Excerpt(NamedTuple):
    """One row: see ``EXCERPTS``."""

    deducted: float | None
    time: str | None = None
    text: str | None = None
    asked: str | None = None


def excerpts_table(assessments: Iterable[Assessment], scheme: Scheme, categories: Categories) -> pa.Table:
    """Return the excerpts of all findings of assessed conversations, with the columns of ``EXCERPTS``."""
    rows = [row for one in assessments if one.verdict.findings for row in _excerpts(one, scheme, categories)]
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


def _excerpts(assessment: Assessment, scheme: Scheme, categories: Categories) -> Iterator[Excerpt]:
    conversation = assessment.verdict.conversation
    cost = deductions(assessment, scheme, categories)
    places = {turn.turn_index: place for place, turn in enumerate(conversation.turns)}
    for finding in assessment.verdict.findings:
        yield _excerpt(finding, conversation, places, cost.get(id(finding)))


def _excerpt(
    finding: Finding, conversation: Conversation, places: Mapping[int, int], deducted: float | None
) -> Excerpt:
    if finding.turn_index is None:
        return Excerpt(deducted)
    place = places[finding.turn_index]
    before = reversed(conversation.turns[:place])
    asked = next((turn.text for turn in before if turn.role == "customer" and turn.text.strip()), None)
    turn = conversation.turns[place]
    return Excerpt(deducted, clock(turn), turn.text, asked)


def clock(turn: Turn) -> str | None:
    """Return when a turn began: its wall clock, else H:MM:SS from the start of the conversation, else None."""
    if turn.sent_at is not None:
        return turn.sent_at.isoformat(" ", "seconds")
    if turn.start is None:
        return None
    minutes, seconds = divmod(int(turn.start), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
