"""Which norms have a rule, and why the others have none."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from typer.testing import CliRunner

from cscheck.cli import commands as app
from cscheck.coverage import NormCoverage, coverage, load_held
from cscheck.norms import load_norms
from cscheck.pack import load_packs

# the norms of the groups courtesy, taboo and banned that show in the text and are bound to no trade
GENERAL = [
    norm
    for norm in load_norms().values()
    if norm.id.split(".")[0] in ("courtesy", "taboo", "banned") and (norm.observable, norm.pack) == ("text", "core")
]


@pytest.fixture(scope="module")
def covered() -> dict[str, NormCoverage]:
    """The coverage of all norms by the shipped packs."""
    return {norm.id: norm for norm in coverage(load_norms(), load_packs(["all"]).rules)}


def test_every_general_norm_has_a_rule_or_is_advice(covered: dict[str, NormCoverage]) -> None:
    """Of the 49 general norms 46 have a rule; the three that only encourage something are advice."""
    assert Counter(covered[norm.id].status for norm in GENERAL) == {"covered": 46, "advice": 3}
    assert [norm.id for norm in GENERAL if covered[norm.id].status == "advice"] == [
        "courtesy.opening.welcome",
        "courtesy.response-phrases",
        "courtesy.consolation",
    ]


def test_a_norm_lists_the_rules_that_name_it(covered: dict[str, NormCoverage]) -> None:
    """Rules stand under each norm they name, and a covered norm needs no reason."""
    assert covered["banned.scold-customer"].status == "covered"
    assert {"banned.scold-customer", "banned.impatience.repeat"} <= set(covered["banned.scold-customer"].rules)
    assert covered["banned.scold-customer"].reason == ""


@pytest.mark.parametrize(
    ("norm", "status"),
    [
        ("courtesy.consolation", "advice"),
        ("banned.platform-rule-breach", "held"),
        ("banned.hangup-on-customer", "unobservable"),
        ("taboo.number", "open"),
    ],
)
def test_a_norm_without_rules_says_why(norm: str, status: str) -> None:
    """Without any rule a norm is advice, held back, not observable or open, and says so in a sentence."""
    (found,) = (each for each in coverage(load_norms(), []) if each.id == norm)
    assert (found.rules, found.status) == ((), status)
    assert len(found.reason) >= 8


def test_held_norms_are_in_the_register_and_have_no_rule(covered: dict[str, NormCoverage]) -> None:
    """What is held back is a norm, gives a reason, and is not found by any rule after all."""
    assert {name: covered[name].status for name in load_held()} == dict.fromkeys(load_held(), "held")
    assert all(load_held().values())


def test_the_command_lists_the_whole_register() -> None:
    """norms --json prints every norm of the register in its order, with the five keys of the contract."""
    result = CliRunner().invoke(app, ["norms", "--json"])
    assert result.exit_code == 0
    rows = json.loads(result.stdout)
    assert [row["id"] for row in rows] == list(load_norms())
    assert {tuple(row) for row in rows} == {("id", "title", "rules", "status", "reason")}
    assert next(row for row in rows if row["id"] == "taboo.calm-down") == {
        "id": "taboo.calm-down",
        "title": "要求客户冷静",
        "rules": ["taboo.calm-down"],
        "status": "covered",
        "reason": "",
    }


def test_the_command_prints_lines_for_a_pipe() -> None:
    """Into a pipe each norm is one line: id, title, status, and its rules or the reason."""
    result = CliRunner().invoke(app, ["norms", "--pack", "base"])
    assert result.exit_code == 0
    lines = dict(line.split("\t", 1) for line in result.stdout.splitlines())
    assert len(lines) == 171
    assert lines["courtesy.consolation"] == f"{load_norms()['courtesy.consolation'].title}\tadvice\t" + (
        "鼓励的做法，只作建议，不产生命中"
    )
