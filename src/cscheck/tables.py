"""The result tables (findings, conversations, agents) as Arrow, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import chain

import pyarrow as pa

from .agents import Figures, agent_columns, team_columns, week_columns
from .assess import Part
from .categories import Categories
from .model import Finding
from .scheme import Scheme
from .tallies import Group, Tally, week_of

EVIDENCE = pa.struct(
    [
        ("kind", pa.string()),
        ("name", pa.string()),
        ("text", pa.string()),
        ("turn_index", pa.int32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
    ]
)
FINDINGS = pa.schema(
    [
        ("kind", pa.string()),
        ("conversation_id", pa.string()),
        ("agent_id", pa.string()),
        ("turn_index", pa.int32()),
        ("rule_id", pa.string()),
        ("category", pa.string()),
        ("polarity", pa.string()),
        ("severity", pa.string()),
        ("points", pa.float64()),
        ("confidence", pa.float64()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("matched", pa.string()),
        ("message", pa.string()),
        ("norms", pa.list_(pa.string())),
        ("evidence", pa.list_(EVIDENCE)),
        ("fatal", pa.bool_()),
    ]
)


def conversations_schema(categories: Categories) -> pa.Schema:
    """Return the schema of conversations.parquet: one deduction column a dimension; all amounts in points."""
    amounts = [
        "base",
        "bonus",
        *(f"deduction_{name}" for name in categories.dimensions),
        "clamp_adjust",
        "fatal_adjust",
    ]
    return pa.schema(
        [
            ("conversation_id", pa.string()),
            ("agent_id", pa.string()),
            ("channel", pa.string()),
            ("started_at", pa.timestamp("us")),
            ("turns", pa.int32()),
            ("agent_turns", pa.int32()),
            ("score", pa.float64()),
            ("fatal", pa.bool_()),
            ("findings", pa.int32()),
            ("errors", pa.int32()),
            ("not_applicable", pa.int32()),
            *((name, pa.float64()) for name in amounts),
            ("band", pa.string()),
            ("passed", pa.bool_()),
            ("team", pa.string()),
        ]
    )


def findings_table(findings: Sequence[Finding]) -> pa.Table:
    """Return findings as a table."""
    if not findings:
        return FINDINGS.empty_table()
    columns = list(zip(*findings, strict=True))
    evidence = columns[FINDINGS.get_field_index("evidence")]
    arrays = [
        _evidence(evidence) if field.name == "evidence" else pa.array(column, field.type)
        for field, column in zip(FINDINGS, columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=FINDINGS)


def _evidence(lists: Sequence[Sequence[tuple[object, ...]]]) -> pa.Array:
    """Build the nested column from flat ones: many times faster than from dictionaries."""
    offsets = [0]
    for items in lists:
        offsets.append(offsets[-1] + len(items))
    flat = list(zip(*chain.from_iterable(lists), strict=True)) or [()] * EVIDENCE.num_fields
    members = [pa.array(column, field.type) for field, column in zip(EVIDENCE, flat, strict=True)]
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), pa.StructArray.from_arrays(members, fields=list(EVIDENCE))
    )


def conversations_table(parts: Iterable[Part], categories: Categories) -> pa.Table:
    """Return the scored parts of conversations as a table."""
    schema = conversations_schema(categories)
    rows = [_row(part) for part in parts]
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [pa.array(column, field.type) for field, column in zip(schema, columns, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _row(part: Part) -> tuple[object, ...]:
    score = part.score
    amounts = (score.base, score.bonus, *score.deductions.values(), score.clamp_adjust, score.fatal_adjust)
    return (
        part.conversation_id,
        part.agent_id,
        part.channel,
        part.started_at,
        part.turns,
        part.agent_turns,
        score.score / 100,
        score.fatal,
        score.findings,
        score.errors,
        part.not_applicable,
        *(amount / 100 for amount in amounts),
        score.band if part.agent_turns else None,
        score.passed if part.agent_turns else None,
        part.team,
    )


def tally(parts: Iterable[Part], tallies: dict[Group, Tally]) -> None:
    """Count the parts into the tallies of their agents, teams and weeks; those without an agent turn are left out."""
    for part in parts:
        if not part.agent_turns:
            continue
        counted = tallies.setdefault(Group(part.agent_id, part.team, week_of(part.started_at)), Tally())
        seen = {(f.polarity, f.category) for f in part.findings if f.polarity and f.category}
        counted.add(part.score.score, part.score.findings, part.score.fatal, part.score.passed, seen)


def figure_tables(
    tallies: Mapping[Group, Tally],
    categories: Categories,
    scheme: Scheme,
    judged: Set[tuple[str, str]],
) -> dict[str, pa.Table]:
    """Return the tables ``agents``, ``teams`` and ``weeks``, each sorted by name; what has no name is last.

    ``judged`` names the (polarity, category) pairs that some rule of the run judges: the shares of the others are null,
    for nobody looked.
    """
    figures = Figures(tallies, categories, scheme, judged)
    types = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    made = {
        "agents": (figures.agents(), agent_columns(categories)),
        "teams": (figures.teams(), team_columns(categories)),
        "weeks": (figures.weeks(), week_columns(categories)),
    }
    return {
        name: pa.Table.from_pylist(rows, pa.schema([(column, types[kind]) for column, kind in columns.items()]))
        for name, (rows, columns) in made.items()
    }
