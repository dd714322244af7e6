"""Schemes: what is read, which price wins, and how faults are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from cscheck.categories import load_categories
from cscheck.errors import PackError
from cscheck.scheme import Override, Scheme, load_scheme

CATEGORIES = load_categories()
COURTESY_ITEMS = (
    "greeting", "self_introduction", "offer_help", "empathy", "apology", "hold_request", "hold_thanks",
    "further_help", "thanks", "farewell", "honorific",
)  # fmt: skip


def written(folder: Path, text: str) -> str:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def problems_of(folder: Path, text: str) -> list[str]:
    """Return the faults of a scheme text as ``line:column: [code] message``."""
    path = written(folder, text)
    with pytest.raises(PackError) as caught:
        load_scheme(path)
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


def test_standard_scheme_in_hundredths() -> None:
    """The shipped scheme reads as whole hundredths of a point."""
    scheme = load_scheme("standard")
    assert (scheme.id, scheme.title) == ("standard", "标准评分方案")
    assert (scheme.base, scheme.fatal_score, scheme.enough_conversations, scheme.rule_cap_hits) == (10000, 0, 30, 3)
    assert scheme.severity_points == {"minor": 200, "major": 500, "critical": 1000}
    assert scheme.repeat == {"forbidden": "per_hit", "required": "once"}
    assert scheme.dimension_caps == {"courtesy": 3000, "taboo": 6000, "conduct": 10000, "process": 3000, "timing": 2000}
    assert scheme.categories["required", "greeting"] == Override(points=300)


def test_standard_courtesy_items_add_up_to_the_cap() -> None:
    """In the shipped scheme the courtesy items cost together exactly what the dimension costs at most."""
    scheme = load_scheme("standard")
    total = sum(scheme.points_of("r", item, "required", "major", None) for item in COURTESY_ITEMS)
    assert total == scheme.dimension_caps["courtesy"] == 3000


def test_defaults_of_a_scheme_that_says_little(tmp_path: Path) -> None:
    """A scheme needs a title and the points of the severities; the rest has defaults."""
    scheme = load_scheme(written(tmp_path, "title: 简\nseverity_points: {critical: 9.99, major: 0.1, minor: 0}\n"))
    assert scheme == Scheme(
        id="own",
        title="简",
        severity_points={"critical": 999, "major": 10, "minor": 0},
        repeat={},
        dimension_caps={},
        categories={},
        rules={},
        base=10000,
        fatal_score=0,
        rule_cap_hits=None,
        enough_conversations=30,
    )


def priced(**kwargs: object) -> Scheme:
    fields: dict[str, object] = {
        "id": "own", "title": "自定", "severity_points": {"critical": 1000, "major": 500, "minor": 200},
        "repeat": {"forbidden": "per_hit", "required": "once"}, "dimension_caps": {}, "categories": {}, "rules": {},
    }  # fmt: skip
    return Scheme(**(fields | kwargs))  # type: ignore[arg-type]


def test_first_voice_sets_the_points() -> None:
    """Points come from the scheme's rule, then its category, then the rule itself, then the severity."""
    category = {("forbidden", "blame"): Override(points=300)}
    rules = {"a": Override(points=100), "b": Override(cap=900)}
    everything = priced(categories=category, rules=rules)
    assert everything.points_of("a", "blame", "forbidden", "major", 7.0) == 100
    assert everything.points_of("b", "blame", "forbidden", "major", 7.0) == 300
    assert everything.points_of("c", "refuse", "forbidden", "major", 7.25) == 725
    assert everything.points_of("c", "refuse", "forbidden", "major", None) == 500


def test_category_override_keeps_to_its_polarity() -> None:
    """A price for forbidden ``process`` leaves required ``process`` alone."""
    scheme = priced(categories={("forbidden", "process"): Override(points=300)})
    assert scheme.points_of("a", "process", "forbidden", "minor", None) == 300
    assert scheme.points_of("a", "process", "required", "minor", None) == 200


def test_limit_of_a_rule() -> None:
    """A rule is limited by its own cap, else the category's, else by hits; once means one time its points."""
    scheme = priced(
        rule_cap_hits=3,
        categories={("forbidden", "blame"): Override(cap=800)},
        rules={"a": Override(cap=900), "b": Override(repeat="once"), "c": Override(repeat="once", cap=100)},
    )
    assert scheme.limit_of("a", "blame", "forbidden", 500) == (900, "rule cap")
    assert scheme.limit_of("x", "blame", "forbidden", 500) == (800, "rule cap")
    assert scheme.limit_of("x", "refuse", "forbidden", 500) == (1500, "rule cap")
    assert scheme.limit_of("x", "thanks", "required", 200) == (200, "once")
    assert scheme.limit_of("b", "refuse", "forbidden", 500) == (500, "once")
    assert scheme.limit_of("c", "refuse", "forbidden", 500) == (100, "rule cap")
    assert priced().limit_of("x", "refuse", "forbidden", 500) == (None, "rule cap")


def test_unknown_name_lists_the_known_ones() -> None:
    """A name that no shipped scheme has is a fault that lists the known names and guesses."""
    with pytest.raises(PackError) as caught:
        load_scheme("standart")
    assert str(caught.value) == (
        "standart: [P403] no such scheme (known: standard; did you mean 'standard'?); "
        "for your own give the path of its .yaml file"
    )


def test_missing_file_is_a_fault(tmp_path: Path) -> None:
    """A path that leads nowhere is a fault, not an unknown name."""
    with pytest.raises(PackError, match=r"\[P100\] the file cannot be read"):
        load_scheme(str(tmp_path / "none.yaml"))


TEN_FAULTS = """\
title: 十错
base: 100.125
fatal_score: -1
enough_conversations: 0
severity_points: {critical: ten, major: 5, minor: 2}
repeat: {forbidden: per hit}
rule_cap_hits: 2.5
dimension_caps: {curtesy: 30, taboo: 60, taboo: 50}
categories: {required: {greeting: {points: 5, cap: 3}}}
rule: {}
"""


def test_ten_faults_are_all_named(tmp_path: Path) -> None:
    """Ten faults in one scheme are named together, each with its line, its column and what would be right."""
    assert problems_of(tmp_path, TEN_FAULTS) == [
        "2:7: [P402] base must be between 0 and 100 (got '100.125')",
        "3:14: [P402] fatal_score must be between 0 and 100 (got '-1')",
        "4:23: [P402] enough_conversations must be at least 1 (got 0)",
        "5:29: [P401] severity_points.critical must be a number such as 5 or 2.5 (got 'ten')",
        "6:21: [P104] repeat.forbidden must be one of once, per_hit (got 'per hit'; did you mean 'per_hit'?)",
        "7:16: [P102] rule_cap_hits must be a whole number (got '2.5')",
        "8:18: [P101] dimension_caps: unknown key 'curtesy' "
        "(known: courtesy, taboo, conduct, process, timing; did you mean 'courtesy'?)",
        "8:42: [P103] dimension_caps: the key 'taboo' is given twice",
        "9:52: [P404] categories.required.greeting.cap must not be less than its points (one hit would cost less)",
        "10:1: [P101] scheme: unknown key 'rule' (known: title, base, fatal_score, enough_conversations, "
        "severity_points, repeat, rule_cap_hits, dimension_caps, categories, rules; did you mean 'rules'?)",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("5.125", "[P401] base must have at most two decimals (got '5.125')"),
        ("1e1", "[P401] base must be a number such as 5 or 2.5 (got '1e1')"),
        ("-0.01", "[P402] base must be between 0 and 100 (got '-0.01')"),
        (".nan", "[P401] base must be a number such as 5 or 2.5 (got '.nan')"),
        ("[5]", "[P102] base must be text"),
    ],
)
def test_amounts_are_points_with_two_decimals(tmp_path: Path, text: str, fault: str) -> None:
    """An amount is a plain number from 0 to 100 with at most two decimals, read as decimal text."""
    body = f"title: 简\nseverity_points: {{critical: 10, major: 5, minor: 2}}\nbase: {text}\n"
    assert problems_of(tmp_path, body) == [f"3:7: {fault}"]


def test_needed_keys(tmp_path: Path) -> None:
    """The title and the points of every severity are needed."""
    assert problems_of(tmp_path, "severity_points: {critical: 10, minor: 2}\n") == [
        "1:1: [P106] scheme: the key 'title' is missing",
        "1:18: [P106] severity_points: the key 'major' is missing",
    ]


def test_unknown_category_of_a_polarity(tmp_path: Path) -> None:
    """A category is looked up in its own polarity: a required ``insult`` is a fault."""
    body = (
        "title: 简\n"
        "severity_points: {critical: 10, major: 5, minor: 2}\n"
        "categories: {required: {insult: {points: 1}}, forbidden: {insult: {points: 1}}}\n"
    )
    [problem] = problems_of(tmp_path, body)
    assert problem.startswith("3:25: [P101] categories.required: unknown key 'insult' (known: greeting, ")


def test_a_list_is_no_scheme(tmp_path: Path) -> None:
    """A file that is not a mapping is one fault about the mapping and one for each needed key."""
    assert problems_of(tmp_path, "- title\n")[0] == "1:1: [P102] scheme must be a mapping (key: value)"
