"""The result tables: their columns are a contract, and the amounts of a score add up exactly."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cscheck.agents import AgentTally
from cscheck.assess import Part
from cscheck.categories import load_categories
from cscheck.model import Evidence, Finding
from cscheck.scheme import load_scheme
from cscheck.score import score_findings
from cscheck.tables import (
    FINDINGS,
    agents_table,
    conversations_schema,
    conversations_table,
    findings_table,
    tally,
)

CATEGORIES = load_categories()
SCHEME = load_scheme("standard", CATEGORIES)
JUDGED = {(polarity, name) for polarity in ("forbidden", "required") for name in CATEGORIES.of(polarity)}
AMOUNTS = (
    "base", "bonus", "deduction_courtesy", "deduction_taboo", "deduction_conduct", "deduction_process",
    "deduction_timing", "clamp_adjust", "fatal_adjust",
)  # fmt: skip


def finding(**given: Any) -> Finding:
    found = Finding(
        "finding", "a", "7001", 1, "own.promise", "promise", "forbidden", "major", 5.0, 1.0, 0, 2, "保证", "话", (), ()
    )  # fmt: skip
    return found._replace(**given)


def part(findings: list[Finding], bonus: int = 0, **given: Any) -> Part:
    score = score_findings(findings, SCHEME, CATEGORIES, bonus)
    whole = Part("a", "7001", "call", datetime(2026, 11, 21, 9, 30), 4, 2, tuple(findings), 3, score)
    return whole._replace(**given)


def test_columns_of_findings() -> None:
    """findings.parquet has the agreed columns and types, and the flag fatal after them."""
    evidence = (
        "list<item: struct<kind: string, name: string, text: string, turn_index: int32, start: int32, end: int32>>"
    )
    assert [(field.name, str(field.type)) for field in FINDINGS] == [
        ("kind", "string"),
        ("conversation_id", "string"),
        ("agent_id", "string"),
        ("turn_index", "int32"),
        ("rule_id", "string"),
        ("category", "string"),
        ("polarity", "string"),
        ("severity", "string"),
        ("points", "double"),
        ("confidence", "double"),
        ("start", "int32"),
        ("end", "int32"),
        ("matched", "string"),
        ("message", "string"),
        ("norms", "list<item: string>"),
        ("evidence", evidence),
        ("fatal", "bool"),
    ]
    assert Finding._fields == tuple(FINDINGS.names)


def test_columns_of_conversations() -> None:
    """conversations.parquet has the agreed columns: who, when, how many, the score, and the score's amounts."""
    assert [(field.name, str(field.type)) for field in conversations_schema(CATEGORIES)] == [
        ("conversation_id", "string"),
        ("agent_id", "string"),
        ("channel", "string"),
        ("started_at", "timestamp[us]"),
        ("turns", "int32"),
        ("agent_turns", "int32"),
        ("score", "double"),
        ("fatal", "bool"),
        ("findings", "int32"),
        ("errors", "int32"),
        ("not_applicable", "int32"),
        *((name, "double") for name in AMOUNTS),
    ]


def test_columns_of_agents() -> None:
    """agents.parquet has scores, rates and one share with its interval for each category."""
    schema = agents_table({}, CATEGORIES, SCHEME, JUDGED).schema
    names = schema.names
    assert names[:9] == [
        "agent_id", "conversations", "score_mean", "score_low", "score_high", "score_shrunk",
        "findings_per_100", "findings_per_100_low", "findings_per_100_high",
    ]  # fmt: skip
    shares = [*(f"share_{name}" for name in CATEGORIES.forbidden), *(f"share_{name}" for name in CATEGORIES.required)]
    shares[-1] = "share_process_missing"  # process stands in both polarities
    assert names[9:-2] == [f"{name}{end}" for name in shares for end in ("", "_low", "_high")]
    assert names[-2:] == ["fatal", "enough_data"]
    kinds = {"agent_id": "string", "conversations": "int64", "fatal": "int64", "enough_data": "bool"}
    assert [str(field.type) for field in schema] == [kinds.get(name, "double") for name in names]


@pytest.mark.parametrize(
    "empty",
    [findings_table([]), conversations_table([], CATEGORIES), agents_table({}, CATEGORIES, SCHEME, JUDGED)],
    ids=["findings", "conversations", "agents"],
)
def test_an_empty_table_keeps_its_columns(empty: pa.Table) -> None:
    """Without rows a table has the same columns as with rows, so that it can always be read."""
    full = {
        17: findings_table([finding()]),
        20: conversations_table([part([])], CATEGORIES),
    }.get(len(empty.schema), agents_table({"7001": AgentTally(1, 10000, 10000**2)}, CATEGORIES, SCHEME, JUDGED))
    assert (len(empty), empty.schema) == (0, full.schema)


def test_findings_pass_into_the_table_unchanged() -> None:
    """Each field of a finding is a column, with its evidence nested and what is missing as null."""
    evidence = (Evidence("literal", "", "保证", 1, 0, 2), Evidence("searched", "", "", 4, None, None))
    rows = [
        finding(norms=("n1", "n2"), evidence=evidence),
        finding(turn_index=None, start=None, end=None, matched=None, polarity="required", category="greeting"),
        finding(kind="error", category=None, polarity=None, severity=None, points=None, confidence=0.0, fatal=True),
    ]
    found = findings_table(rows).to_pylist()
    nested = [[item._asdict() for item in one.evidence] for one in rows]
    assert found == [
        {**one._asdict(), "norms": list(one.norms), "evidence": items} for one, items in zip(rows, nested, strict=True)
    ]


def test_a_part_is_a_row() -> None:
    """A conversation's part is one row: amounts in points, counts as they are."""
    (row,) = conversations_table([part([finding(), finding(kind="error", category=None)])], CATEGORIES).to_pylist()
    assert row == {
        "conversation_id": "a",
        "agent_id": "7001",
        "channel": "call",
        "started_at": datetime(2026, 11, 21, 9, 30),
        "turns": 4,
        "agent_turns": 2,
        "score": 95.0,
        "fatal": False,
        "findings": 1,
        "errors": 1,
        "not_applicable": 3,
        **dict.fromkeys(AMOUNTS, 0.0),
        "base": 100.0,
        "deduction_conduct": 5.0,
    }


CATEGORY = st.sampled_from(
    [(polarity, name) for polarity in ("forbidden", "required") for name in CATEGORIES.of(polarity)]
)
FINDING = st.builds(
    lambda pair, rule, severity, points, fatal: finding(
        rule_id=f"{pair[0]}.{pair[1]}.{rule}",
        polarity=pair[0],
        category=pair[1],
        severity=severity,
        points=points / 100,
        fatal=fatal,
    ),
    CATEGORY,
    st.integers(0, 2),
    st.sampled_from(["critical", "major", "minor"]),
    st.integers(0, 10_000),
    st.integers(0, 30).map(lambda chance: chance == 0),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(FINDING, max_size=30), max_size=5), st.integers(0, 3_000))
def test_the_score_adds_up_exactly(conversations: list[list[Finding]], bonus: int) -> None:
    """In whole hundredths: score = base + bonus − the deductions + clamp_adjust + fatal_adjust, between 0 and 100."""
    parts = [part(findings, bonus) for findings in conversations]
    for row in conversations_table(parts, CATEGORIES).to_pylist():
        hundredths = {name: row[name] * 100 for name in ("score", *AMOUNTS)}
        whole = {name: round(value) for name, value in hundredths.items()}
        assert all(abs(value - whole[name]) < 1e-6 for name, value in hundredths.items())
        deducted = sum(whole[name] for name in AMOUNTS if name.startswith("deduction_"))
        adjusted = whole["clamp_adjust"] + whole["fatal_adjust"]
        assert whole["score"] == whole["base"] + whole["bonus"] - deducted + adjusted
        assert 0 <= whole["score"] <= 10_000
        assert whole["score"] == 0 or not row["fatal"]


def test_tally_counts_each_agent_and_leaves_out_parts_without_one() -> None:
    """Parts are counted with their agent, those without an id together, those without an agent turn not at all."""
    tallies: dict[str | None, AgentTally] = {}
    parts = [
        part([finding(), finding(turn_index=2)]),
        part([]),
        part([finding(kind="error", category=None, polarity=None)], agent_id=None),
        part([], agent_id="7002", agent_turns=0),
    ]
    tally(parts, tallies)
    assert {agent: (t.conversations, t.score_sum, t.findings, t.seen) for agent, t in tallies.items()} == {
        "7001": (2, 19_000, 2, {("forbidden", "promise"): 1}),
        None: (1, 10_000, 0, {}),
    }
    rows = agents_table(tallies, CATEGORIES, SCHEME, JUDGED).to_pylist()
    assert [(row["agent_id"], row["score_mean"], row["score_low"], row["share_promise"]) for row in rows] == [
        ("7001", 95.0, pytest.approx(31.468976), 0.5),
        (None, 100.0, None, 0.0),
    ]


def test_a_category_that_no_rule_judges_has_no_share() -> None:
    """Where no rule of the run judges a category its share is null: nobody looked, which is not the same as never."""
    tallies = {"7001": AgentTally(2, 20000, 2 * 10000**2)}

    (row,) = agents_table(tallies, CATEGORIES, SCHEME, {("forbidden", "insult")}).to_pylist()

    assert (row["share_insult"], row["share_empathy"], row["share_empathy_low"]) == (0.0, None, None)
