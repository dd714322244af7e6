"""Schemes: what is read, which price wins, and how faults are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from cscheck.categories import load_categories
from cscheck.errors import PackError
from cscheck.rule import Rule
from cscheck.scheme import Band, Override, Scheme
from cscheck.schemefile import load_scheme

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
    assert (scheme.style, scheme.pass_mark) == ("deduct", 6000)
    assert scheme.bands[:2] == (Band("优秀", 9000, "major"), Band("良好", 7500, "major"))
    assert scheme.bands[2:] == (Band("合格", 6000), Band("不合格", 0))
    assert scheme.repeat == {"forbidden": "per_hit", "required": "once"}
    assert scheme.dimension_caps == {"courtesy": 3000, "taboo": 6000, "conduct": 10000, "process": 3000, "timing": 2000}
    assert scheme.categories["required", "greeting"] == Override(points=300)


def test_standard_courtesy_items_add_up_to_the_cap() -> None:
    """In the shipped scheme the courtesy items cost together exactly what the dimension costs at most."""
    scheme = load_scheme("standard")
    total = sum(scheme.price_of("r", item, "required", "major", None, "courtesy") for item in COURTESY_ITEMS)
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
        style="deduct",
        base=10000,
        fatal_score=0,
        bonus_cap=10000,
        rule_cap_hits=None,
        dimension_weights={},
        pass_mark=None,
        bands=(),
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
    assert everything.price_of("a", "blame", "forbidden", "major", 7.0, "taboo") == 100
    assert everything.price_of("b", "blame", "forbidden", "major", 7.0, "taboo") == 300
    assert everything.price_of("c", "refuse", "forbidden", "major", 7.25, "taboo") == 725
    assert everything.price_of("c", "refuse", "forbidden", "major", None, "taboo") == 500


def test_category_override_keeps_to_its_polarity() -> None:
    """A price for forbidden ``process`` leaves required ``process`` alone."""
    scheme = priced(categories={("forbidden", "process"): Override(points=300)})
    assert scheme.price_of("a", "process", "forbidden", "minor", None, "taboo") == 300
    assert scheme.price_of("a", "process", "required", "minor", None, "taboo") == 200


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
        "standart: [P403] no such scheme (known: add_only, encourage, standard; did you mean 'standard'?); "
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
        "10:1: [P101] scheme: unknown key 'rule' (known: title, extends, style, base, fatal_score, pass_mark, bands, "
        "enough_conversations, severity_points, repeat, rule_cap_hits, dimension_weights, dimension_caps, bonus_cap, "
        "categories, rules; did you mean 'rules'?)",
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


def laid(folder: Path, **files: str) -> Scheme:
    """Write scheme files by name and load the one called ``own``."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_scheme(str(folder / "own.yaml"))


def faults_of(folder: Path, **files: str) -> list[str]:
    """Return the faults of scheme files as ``file:line:column: [code] message``."""
    with pytest.raises(PackError) as caught:
        laid(folder, **files)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_extends_lays_key_over_key(tmp_path: Path) -> None:
    """What a file says is laid key by key, also inside overrides, over the scheme it extends."""
    standard = load_scheme("standard")
    scheme = laid(
        tmp_path,
        own="extends: middle.yaml\ntitle: 自定\ndimension_caps: {taboo: 50}\n"
        "categories: {required: {greeting: {cap: 4}}}\n",
        middle="extends: standard\ntitle: 中\nbase: 95\ndimension_caps: {taboo: 40, timing: 10}\n"
        "severity_points: {minor: 1}\nbands: {好: 80, 差: 0}\n",
    )
    assert scheme == Scheme(
        id="own",
        title="自定",
        base=9500,
        severity_points={"minor": 100, "major": 500, "critical": 1000},
        repeat=standard.repeat,
        dimension_caps={**standard.dimension_caps, "taboo": 5000, "timing": 1000},
        categories={**standard.categories, ("required", "greeting"): Override(points=300, cap=400)},
        rules={},
        rule_cap_hits=3,
        pass_mark=6000,
        bands=(Band("好", 8000), Band("差", 0)),
    )


def test_extends_takes_a_path_relative_to_the_file(tmp_path: Path) -> None:
    """The path in extends starts at the file that says it, wherever the job runs."""
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "base.yaml").write_text("extends: standard\ntitle: 底\nbase: 90\n", encoding="utf-8")
    assert laid(tmp_path, own="extends: common/base.yaml\ntitle: 自定\n").base == 9000


def test_an_empty_value_takes_back_what_is_extended(tmp_path: Path) -> None:
    """``~`` removes an inherited setting, so that the default holds; where nothing is inherited it is a fault."""
    scheme = laid(
        tmp_path,
        own="extends: standard\ntitle: 自定\nrule_cap_hits: ~\npass_mark:\nbands: ~\ndimension_caps: {taboo: ~}\n"
        "categories: {required: {greeting: ~}}\n",
    )
    assert (scheme.rule_cap_hits, scheme.pass_mark, scheme.bands) == (None, None, ())
    assert "taboo" not in scheme.dimension_caps
    assert ("required", "greeting") not in scheme.categories
    assert faults_of(tmp_path, own="extends: standard\ntitle: 自定\nrules: ~\nstyle: ~\n") == [
        "own.yaml:3:8: [P102] rules must be a mapping (key: value)",
        "own.yaml:4:8: [P102] style must be text",
    ]


def test_a_fault_names_the_file_that_holds_it(tmp_path: Path) -> None:
    """Faults of the file and of the one it extends are named together, each with its own file."""
    assert faults_of(
        tmp_path,
        own="extends: other.yaml\nbase: 200\n",
        other="extends: standard\ntitle: 他\nfatal_score: x\ncolour: red\n",
    ) == [
        "other.yaml:3:14: [P401] fatal_score must be a number such as 5 or 2.5 (got 'x')",
        "other.yaml:4:1: [P101] scheme: unknown key 'colour' (known: title, extends, style, base, fatal_score, "
        "pass_mark, bands, enough_conversations, severity_points, repeat, rule_cap_hits, dimension_weights, "
        "dimension_caps, bonus_cap, categories, rules)",
        "own.yaml:1:1: [P106] scheme: the key 'title' is missing",
        "own.yaml:2:7: [P402] base must be between 0 and 100 (got '200')",
    ]


def test_extends_must_lead_somewhere(tmp_path: Path) -> None:
    """A circle, a missing file and an unknown name are faults at the word that leads there."""
    own = "title: 自定\nseverity_points: {critical: 10, major: 5, minor: 2}\nextends: "
    assert faults_of(tmp_path, own=f"{own}other.yaml\n", other=f"{own}own.yaml\n") == [
        "other.yaml:3:10: [P406] extends goes in a circle: own.yaml -> other.yaml -> own.yaml"
    ]
    assert faults_of(tmp_path, own=f"{own}own.yaml\n") == [
        "own.yaml:3:10: [P406] extends goes in a circle: own.yaml -> own.yaml"
    ]
    assert faults_of(tmp_path, own="title: 自定\nextends: none.yaml\n") == [
        "own.yaml:2:10: [P403] extends: there is no file none.yaml"
    ]
    assert faults_of(tmp_path, own=f"{own}standart\n") == [
        "own.yaml:3:10: [P403] extends: no such scheme (known: add_only, encourage, standard; did you mean 'standard'?)"
    ]


def test_the_digest_covers_what_is_extended(tmp_path: Path) -> None:
    """The digest of a scheme changes with any file of its chain."""
    own = "extends: other.yaml\ntitle: 自定\n"
    first = laid(tmp_path, own=own, other="extends: standard\ntitle: 他\n").digest
    second = laid(tmp_path, own=own, other="extends: standard\ntitle: 它\n").digest
    assert len({first, second, load_scheme("standard").digest}) == 3


def test_settings_that_contradict_each_other(tmp_path: Path) -> None:
    """Keys that the style makes idle, a style that earns nothing, and marks that cannot both be meant are faults."""
    idle = "says nothing in this style (deduct: nothing earns; add: nothing costs)"
    assert faults_of(
        tmp_path,
        own="extends: standard\ntitle: 自定\nstyle: add\nrule_cap_hits: 2\npass_mark: 20\nfatal_score: 20\n"
        "categories: {required: {greeting: {points: 2}}}\nbands: {好: 60, 中: 60, 差: 10}\n",
    ) == [
        "own.yaml:3:8: [P405] style add: base 100 + bonus_cap 100 is more than 100: say base: 0",
        "own.yaml:3:8: [P405] style add: no required category or rule has a bonus",
        f"own.yaml:4:1: [P405] scheme: 'rule_cap_hits' {idle}",
        "own.yaml:5:12: [P405] pass_mark must be above fatal_score: what is fatal does not pass",
        f"own.yaml:7:36: [P405] categories.required.greeting: 'points' {idle}",
        "own.yaml:8:8: [P405] bands: one of them must begin at 0",
        "own.yaml:8:16: [P405] bands: '好' and '中' begin at the same score",
    ]
    assert faults_of(
        tmp_path, own="extends: standard\ntitle: 自定\ncategories: {required: {greeting: {bonus: 2}}}\n"
    ) == [f"own.yaml:3:36: [P405] categories.required.greeting: 'bonus' {idle}"]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("base: 50\nfatal_score: 10\n", [
            "3:7: [P405] pass_mark 60 is above the most that a conversation can reach (50): nothing would pass",
            "3:7: [P405] bands: '优秀' begins at 90, above the most that a conversation can reach (50): "
            "nothing would lie in it",
            "3:7: [P405] bands: '良好' begins at 75, above the most that a conversation can reach (50): "
            "nothing would lie in it",
            "3:7: [P405] bands: '合格' begins at 60, above the most that a conversation can reach (50): "
            "nothing would lie in it",
        ]),
        ("pass_mark: ~\nfatal_score: 100\n", [
            "4:14: [P405] fatal_score must be below the most that a conversation can reach (100): "
            "fatal findings would change nothing",
        ]),
        ("severity_points: {minor: 5, major: 2, critical: 1}\n", [
            "3:18: [P405] severity_points: critical (1) costs less than major (2)",
            "3:18: [P405] severity_points: major (2) costs less than minor (5)",
        ]),
        ("severity_points: {minor: 5, major: 5, critical: 5}\nbase: 90\n", []),
        ("style: both\nbase: 50\nbonus_cap: 40\npass_mark: 91\ncategories: {required: {empathy: {bonus: 40}}}\n", [
            "6:12: [P405] pass_mark 91 is above the most that a conversation can reach (90): nothing would pass",
        ]),
        ("style: both\nbonus_cap: 4\ncategories: {required: {empathy: {bonus: 4}, apology: {bonus: 4.5}}}\n", [
            "4:12: [P405] bonus_cap (4) must not be less than one bonus: categories.required.apology.bonus is 4.5",
        ]),
        ("style: both\nbonus_cap: 0\ncategories: {required: {empathy: {bonus: 4}}}\n", [
            "4:12: [P405] bonus_cap must be above 0: in the style both nothing would earn",
        ]),
    ],
)  # fmt: skip
def test_what_nothing_reaches_is_a_fault(tmp_path: Path, text: str, faults: list[str]) -> None:
    """Marks and bands above the best score, a bonus above its cap, and a graver fault that is cheaper are faults."""
    path = written(tmp_path, f"extends: standard\ntitle: 自定\n{text}")
    found: list[str] = []
    try:
        load_scheme(path)
    except PackError as error:
        found = [str(problem).removeprefix(f"{path}:") for problem in error.problems]
    assert sorted(found) == sorted(faults)


def rule(name: str, category: str, severity: str = "major", points: float | None = None) -> Rule:
    """Return a rule of which a scheme needs to know what it costs."""
    polarity = "forbidden" if category in CATEGORIES.forbidden else "required"
    known = {"id": name, "category": category, "polarity": polarity, "severity": severity, "points": points}
    return Rule(**(dict.fromkeys(Rule.__dataclass_fields__) | known))  # type: ignore[arg-type]


RULES = {
    one.id: one
    for one in (
        rule("promise.sure", "promise"),
        rule("promise.small", "promise", "minor"),
        rule("hold.notice", "process", points=3),
    )
}


def faults_by_rules(folder: Path, text: str) -> list[str]:
    """Return the faults of a scheme that extends ``standard``, where the rules are known; none where it has none."""
    (folder / "own.yaml").write_text(f"extends: standard\ntitle: 自定\n{text}", encoding="utf-8")
    try:
        load_scheme(str(folder / "own.yaml"), rules=RULES)
    except PackError as error:
        return [str(problem).removeprefix(f"{folder}/") for problem in error.problems]
    return []


def test_a_cap_is_held_against_what_one_hit_costs(tmp_path: Path) -> None:
    """A cap below the price of one hit is a fault wherever the price comes from: the severity, the rule, a weight."""
    assert faults_by_rules(tmp_path, "rules: {promise.sure: {cap: 2}, hold.notice: {cap: 2}}\n") == [
        "own.yaml:3:29: [P404] rules.promise.sure.cap must not be less than what one hit costs (5)",
        "own.yaml:3:52: [P404] rules.hold.notice.cap must not be less than what one hit costs (3)",
    ]
    assert faults_by_rules(tmp_path, "categories: {forbidden: {promise: {cap: 4}}}\n") == [
        "own.yaml:3:41: [P404] categories.forbidden.promise.cap must not be less than what one hit of 'promise.sure' "
        "costs (5)"
    ]
    weighted = "dimension_weights: {conduct: 2}\nrules: {promise.sure: {points: 3, cap: %s}}\n"
    assert faults_by_rules(tmp_path, weighted % "5") == [
        "own.yaml:4:40: [P404] rules.promise.sure.cap must not be less than what one hit costs (6)"
    ]
    assert faults_by_rules(tmp_path, weighted % "6") == []
    assert faults_by_rules(tmp_path, "rules: {promise.sure: {points: 3, cap: 2}}\n") == [
        "own.yaml:3:40: [P404] rules.promise.sure.cap must not be less than its points (one hit would cost less)"
    ]


def test_nothing_costs_more_than_its_dimension(tmp_path: Path) -> None:
    """Points or a cap above the cap of the dimension can never be charged; one that is 0 is switched off on purpose."""
    text = (
        "rules: {hold.notice: {cap: 31}, promise.sure: {cap: 99}}\ncategories: {required: {thanks: {points: 30.5}}}\n"
    )
    assert faults_by_rules(tmp_path, text) == [
        "own.yaml:3:28: [P404] rules.hold.notice.cap must not be more than all of process costs at most (30)",
        "own.yaml:4:42: [P404] categories.required.thanks.points must not be more than all of courtesy costs at most "
        "(30)",
    ]
    assert faults_by_rules(tmp_path, f"dimension_caps: {{courtesy: 0, process: 31}}\n{text}") == []
    assert faults_by_rules(tmp_path, "dimension_caps: {courtesy: 2}\n") == []


@pytest.mark.parametrize(
    ("points", "fault"),
    [
        ("~", "own.yaml:3:18: [P106] severity_points: the key 'critical' is missing"),
        ("ten", "own.yaml:3:29: [P401] severity_points.critical must be a number such as 5 or 2.5 (got 'ten')"),
    ],
)
def test_a_severity_without_points_has_no_price(tmp_path: Path, points: str, fault: str) -> None:
    """Points of a severity that are taken back or at fault are told; no cap is held against them."""
    text = f"severity_points: {{critical: {points}}}\nrules: {{promise.sure: {{cap: 2}}}}\n"
    assert faults_by_rules(tmp_path, text) == [fault]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("title: 自定\n", ["1:1: [P106] scheme: the key 'severity_points' is missing"]),
        ("title: 自定\nextends: own.yaml\n", ["2:10: [P406] extends goes in a circle: own.yaml -> own.yaml"]),
        (
            "title: 自定\nextends: nonesuch\n",
            ["2:10: [P403] extends: no such scheme (known: add_only, encourage, standard)"],
        ),
        (
            "title: 自定\nseverity_points: {critical: 10}\n",
            [f"2:18: [P106] severity_points: the key '{name}' is missing" for name in ("major", "minor")],
        ),
    ],
)
def test_what_has_no_prices_is_told_where_the_rules_are_known(tmp_path: Path, text: str, faults: list[str]) -> None:
    """A scheme without points for all severities has its own fault; nothing is made of the prices that it lacks."""
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_scheme(str(tmp_path / "own.yaml"), rules=RULES)
    assert [
        str(problem).replace(f"{tmp_path}/", "").removeprefix("own.yaml:") for problem in caught.value.problems
    ] == faults


def test_bands_that_cannot_be_meant(tmp_path: Path) -> None:
    """A band bears at least what the one above it bears, and the lowest bears everything."""
    head = "extends: standard\ntitle: 自定\nbands:\n"
    assert faults_of(tmp_path, own=f"{head}  甲: {{from: 90}}\n  乙: {{from: 60, worst: minor}}\n  丙: 0\n") == [
        "own.yaml:5:3: [P405] bands: '乙' bears less than '甲', which is above it"
    ]
    wrong = "  甲: {from: 90, worst: grave}\n  乙: {worst: minor}\n  丙: {from: 0, worst: major, x: 1}\n"
    assert faults_of(tmp_path, own=head + wrong) == [
        "own.yaml:4:24: [P104] bands.甲.worst must be one of critical, major, minor (got 'grave')",
        "own.yaml:5:6: [P106] bands.乙: the key 'from' is missing",
        "own.yaml:6:3: [P405] bands: the lowest bears everything: it must not say worst",
        "own.yaml:6:30: [P101] bands.丙: unknown key 'x' (known: from, worst)",
    ]


def test_a_band_asks_for_points_and_bears_so_much() -> None:
    """The band is the highest that the score reaches and that bears the worst severity; what capped it can be told."""
    scheme = priced(bands=(Band("优", 9000, "minor"), Band("良", 7500, "major"), Band("可", 6000), Band("差", 0)))
    assert [scheme.band(9500, worst) for worst in (None, "minor", "major", "critical")] == ["优", "优", "良", "可"]
    assert [scheme.band(score, "critical") for score in (9000, 6000, 5999)] == ["可", "可", "差"]
    assert scheme.capped_by(9500, "优") == ()
    assert scheme.capped_by(9500, "良") == ("critical", "major")
    assert scheme.capped_by(9500, "可") == ("critical",)
    assert scheme.capped_by(6500, "可") == ()
    assert scheme.capped_by(9500, None) == ()


def test_only_what_is_required_can_earn(tmp_path: Path) -> None:
    """A bonus on a forbidden category or rule is a fault: what was not said earns nothing."""
    (tmp_path / "own.yaml").write_text(
        "extends: encourage\ntitle: 自定\ncategories: {forbidden: {insult: {bonus: 1}}}\n"
        "rules: {a: {bonus: 1}, b: {bonus: 1}}\n",
        encoding="utf-8",
    )
    with pytest.raises(PackError) as caught:
        load_scheme(str(tmp_path / "own.yaml"), rules={"a": rule("a", "greeting"), "b": rule("b", "insult")})
    assert [str(problem).removeprefix(f"{tmp_path}/") for problem in caught.value.problems] == [
        "own.yaml:3:35: [P101] categories.forbidden.insult: unknown key 'bonus' (known: points, repeat, cap)",
        "own.yaml:4:28: [P101] rules.b: unknown key 'bonus' (known: points, repeat, cap)",
    ]


def test_weights_are_small_numbers(tmp_path: Path) -> None:
    """A weight lies between 0 and 10 and has at most two decimals."""
    body = "extends: standard\ntitle: 自定\ndimension_weights: {taboo: 10.5, timing: 0.005, conduct: 1.25}\n"
    assert faults_of(tmp_path, own=body) == [
        "own.yaml:3:28: [P402] dimension_weights.taboo must be between 0 and 10 (got '10.5')",
        "own.yaml:3:42: [P401] dimension_weights.timing must have at most two decimals (got '0.005')",
    ]


@pytest.mark.parametrize(
    ("name", "style", "base", "cap"),
    [("standard", "deduct", 100, 100), ("encourage", "both", 90, 10), ("add_only", "add", 0, 100)],
)
def test_shipped_schemes(name: str, style: str, base: int, cap: int) -> None:
    """The three shipped schemes are one of each style, and in each 60 points pass."""
    scheme = load_scheme(name)
    assert (scheme.style, scheme.base, scheme.bonus_cap, scheme.pass_mark) == (style, base * 100, cap * 100, 6000)


def test_add_only_weighs_as_standard_charges() -> None:
    """What a duty weighs in add_only is what it costs in standard."""
    charged = {pair: override.points for pair, override in load_scheme("standard").categories.items()}
    assert {pair: override.bonus for pair, override in load_scheme("add_only").categories.items()} == charged
