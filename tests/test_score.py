"""From findings to a score: worked by hand, and as laws over random findings."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscheck.categories import Categories, load_categories
from cscheck.model import SEVERITIES, Finding, Satisfied
from cscheck.scheme import Override, Scheme
from cscheck.schemefile import load_scheme
from cscheck.score import Award, Deduction, Score, award, decompose, score_findings

CATEGORIES = load_categories()
STANDARD = load_scheme("standard")


def found(
    rule_id: str,
    category: str | None,
    severity: str | None = "major",
    polarity: str | None = "forbidden",
    points: float | None = None,
    fatal: bool = False,
    kind: str = "finding",
    span: tuple[int | None, int | None] = (None, None),
) -> Finding:
    return Finding(
        kind, "c", "a", 0, rule_id, category, polarity, severity, points, 1.0, *span, "x", "", (), (), fatal
    )  # fmt: skip


def missing(category: str, rule_id: str | None = None) -> Finding:
    return found(rule_id or f"required.{category}", category, "minor", "required")


def priced(findings: Iterable[Finding], scheme: Scheme, categories: Categories) -> list[Finding]:
    """Return findings with the prices of a scheme, as the assessor gives them."""
    with_prices = []
    for finding in findings:
        if finding.kind != "error":
            rule, category, polarity = finding.rule_id, finding.category, finding.polarity
            dimension = categories.dimension_of(polarity, category)
            price = scheme.price_of(rule, category, polarity, finding.severity, finding.points, dimension)
            with_prices.append(finding._replace(points=price / 100))
        else:
            with_prices.append(finding)
    return with_prices


def scored(
    findings: Iterable[Finding], scheme: Scheme, categories: Categories, satisfied: Iterable[Satisfied] = ()
) -> Score:
    return score_findings(priced(findings, scheme, categories), scheme, categories, satisfied)


def charge(findings: Iterable[Finding], scheme: Scheme, categories: Categories) -> list[Deduction]:
    return decompose(priced(findings, scheme, categories), scheme, categories)


def identity(score: Score) -> int:
    return score.base + score.bonus - sum(score.deductions.values()) + score.clamp_adjust + score.fatal_adjust


SLOW_PARCEL = [
    found("timing.first_reply", "timing", "critical"),
    found("timing.reply", "timing"),
    found("taboo.hurry", "impatient"),
    found("timing.reply", "timing"),
    found("conduct.promise", "promise"),
    found("timing.reply", "timing"),
    found("conduct.promise", "promise"),
    found("taboo.hurry", "impatient"),
    found("timing.reply", "timing"),
    found("taboo.grunt", "perfunctory", "minor"),
    missing("greeting"),
    missing("apology"),
    missing("farewell"),
]


def test_worked_example_of_the_readme() -> None:
    """The conversation about a slow parcel scores 48: 100 less 10 courtesy, 12 taboo, 10 conduct and 20 timing."""
    assert scored(SLOW_PARCEL, STANDARD, CATEGORIES) == Score(
        base=10000,
        bonus=0,
        deductions={"courtesy": 1000, "taboo": 1200, "conduct": 1000, "process": 0, "timing": 2000},
        clamp_adjust=0,
        fatal_adjust=0,
        score=4800,
        findings=13,
        forbidden=10,
        required=3,
        fatal_findings=0,
        errors=0,
        band="不合格",
        passed=False,
    )


def test_worked_example_hit_by_hit() -> None:
    """Each finding of the slow parcel shows its price, what it cost in fact, and why."""
    charged = [(item.nominal, item.deducted, item.reason) for item in charge(SLOW_PARCEL, STANDARD, CATEGORIES)]
    assert charged == [
        (1000, 1000, "full"),
        (500, 500, "full"),
        (500, 500, "full"),
        (500, 500, "full"),
        (500, 500, "full"),
        (500, 0, "dimension cap"),
        (500, 500, "full"),
        (500, 500, "full"),
        (500, 0, "rule cap"),
        (200, 200, "full"),
        (300, 300, "full"),
        (400, 400, "full"),
        (300, 300, "full"),
    ]


def test_fatal_takes_the_rest_away() -> None:
    """A fatal finding costs its points like any other, and then the rest of the score."""
    score = scored([*SLOW_PARCEL, found("x", "offplatform", "critical", fatal=True)], STANDARD, CATEGORIES)
    assert (score.deductions["conduct"], score.clamp_adjust, score.fatal_adjust, score.score) == (2000, 0, -3800, 0)
    assert (score.fatal, score.fatal_findings) == (True, 1)


def test_no_findings_is_a_full_score() -> None:
    """A conversation without findings keeps the base and shows every dimension with 0."""
    score = scored([], STANDARD, CATEGORIES)
    assert score == Score(10000, 0, dict.fromkeys(CATEGORIES.dimensions, 0), 0, 0, 10000, 0, 0, 0, 0, 0, "优秀", True)


def test_clamp_at_zero() -> None:
    """Deductions of more than 100 points are shown in full; the clamp gives back what is below 0."""
    conduct = [found(f"c{number}", "promise", "critical") for number in range(10)]
    score = scored([*conduct, found("t", "insult", "critical", fatal=True)], STANDARD, CATEGORIES)
    assert (sum(score.deductions.values()), score.clamp_adjust, score.fatal_adjust, score.score) == (11000, 1000, 0, 0)


def done(category: str, rule_id: str | None = None) -> Satisfied:
    return Satisfied(rule_id or f"required.{category}", category, "a")


def scheme_of(**given: object) -> Scheme:
    fields: dict[str, object] = {
        "id": "own", "title": "", "severity_points": STANDARD.severity_points, "repeat": STANDARD.repeat,
        "dimension_caps": {}, "categories": {}, "rules": {},
    }  # fmt: skip
    return Scheme(**(fields | given))  # type: ignore[arg-type]


def test_bonus_by_rule_and_category_until_the_cap() -> None:
    """A satisfied rule earns what the scheme says on it, else on its category, once and up to the cap."""
    scheme = scheme_of(
        style="both", base=9000, bonus_cap=600, rules={"own": Override(bonus=100)},
        categories={("required", "empathy"): Override(bonus=400), ("required", "process"): Override(bonus=200)},
    )  # fmt: skip
    satisfied = [done("empathy"), done("greeting"), done("process", "own"), done("process", "p"), done("empathy")]
    assert award(satisfied, [], scheme) == [
        Award(satisfied[4], 400, 400), Award(satisfied[2], 100, 100), Award(satisfied[3], 200, 100),
    ]  # fmt: skip
    score = scored([missing("greeting"), found("r", "blame")], scheme, CATEGORIES, satisfied)
    assert (score.base, score.bonus, sum(score.deductions.values()), score.score) == (9000, 600, 700, 8900)


def test_bonus_is_clamped() -> None:
    """A bonus makes up for deductions, but not beyond 100 points."""
    scheme = scheme_of(style="both", categories={("required", "empathy"): Override(bonus=500)})
    score = scored([found("r", "style", "minor")], scheme, CATEGORIES, [done("empathy")])
    assert (score.bonus, score.clamp_adjust, score.score, identity(score)) == (500, -300, 10000, 10000)


def test_nothing_earns_where_the_style_is_deduct() -> None:
    """In the style deduct an inherited bonus lies idle."""
    scheme = scheme_of(categories={("required", "empathy"): Override(bonus=500)})
    assert award([done("empathy")], [], scheme) == []


ADD_ONLY = load_scheme("add_only")


def test_add_only_is_the_share_of_the_due_duties() -> None:
    """Greeting (3) and farewell (3) done, apology (4) missing: 6 of 10, whatever else was found; the shares add up."""
    findings = [missing("apology"), missing("apology"), found("r", "blame", "critical")]
    satisfied = [done("greeting"), done("farewell")]
    score = scored(findings, ADD_ONLY, CATEGORIES, satisfied)
    assert (score.base, score.bonus, sum(score.deductions.values()), score.score) == (0, 6000, 0, 6000)
    assert (score.band, score.passed, score.findings) == ("合格", True, 3)
    three = [done("greeting"), done("farewell"), done("honorific")]
    assert [one.awarded for one in award(three, [], ADD_ONLY)] == [3333, 3334, 3333]


def test_add_only_without_a_due_duty_is_full() -> None:
    """Where no rule with a bonus was due, all that can be earned is earned; where none was met, nothing is."""
    assert award([], [found("r", "blame")], ADD_ONLY) == [Award(None, 10000, 10000)]
    assert scored([missing("greeting")], ADD_ONLY, CATEGORIES).score == 0


def test_add_only_obeys_fatal() -> None:
    """Nothing costs in the style add, yet a fatal finding takes all that was earned."""
    score = scored([found("r", "insult", fatal=True)], ADD_ONLY, CATEGORIES, [done("greeting")])
    assert (score.bonus, score.fatal_adjust, score.score, score.passed) == (10000, -10000, 0, False)


def test_weight_of_a_dimension() -> None:
    """A weight multiplies each price of its dimension, half a hundredth up; a written cap stays."""
    scheme = scheme_of(
        severity_points={"minor": 5}, dimension_weights={"conduct": 150, "taboo": 0}, rule_cap_hits=2,
        rules={"capped": Override(cap=10)},
    )  # fmt: skip
    hits = [found("r", "promise", "minor")] * 3 + [found("capped", "promise", "minor")] * 2
    charged = [(one.nominal, one.deducted) for one in charge(hits, scheme, CATEGORIES)]
    assert charged == [(8, 8), (8, 8), (8, 0), (8, 8), (8, 2)]
    assert charge([found("t", "blame", "minor")], scheme, CATEGORIES)[0].nominal == 0


@pytest.mark.parametrize(
    ("cost", "band", "passed"), [(0, "优秀", True), (1001, "良好", True), (4000, "合格", True), (4001, "不合格", False)]
)
def test_bands_begin_at_their_score(cost: int, band: str, passed: bool) -> None:
    """A score lies in the highest band that begins at it or below; the pass mark itself passes."""
    scheme = scheme_of(severity_points={"minor": cost}, pass_mark=6000, bands=STANDARD.bands)
    score = scored([found("r", "promise", "minor")], scheme, CATEGORIES)
    assert (score.band, score.passed) == (band, passed)


def test_a_certain_critical_finding_caps_the_band() -> None:
    """One insult costs 10 points, but whoever insults is 合格 at most; what is only suspected caps nothing."""
    insult = found("r", "insult", "critical")
    score = scored([insult], STANDARD, CATEGORIES)
    assert (score.score, score.band, score.passed) == (9000, "合格", True)
    suspected = scored([insult._replace(confidence=0.8)], STANDARD, CATEGORIES)
    assert (suspected.score, suspected.band) == (9000, "优秀")
    assert scored([found("r", "insult")], STANDARD, CATEGORIES).band == "优秀"
    assert scored([insult._replace(fatal=True)], STANDARD, CATEGORIES).band == "不合格"


def test_a_certain_finding_is_charged_before_a_suspected_one() -> None:
    """Of a rule and a model on the same words the rule is charged, also where the model's finding is dearer."""
    suspected = found("learned", "blame", "major", span=(0, 4))._replace(confidence=0.8)
    for severity, price in (("major", 500), ("minor", 200), ("critical", 1000)):
        certain = found("rule", "blame", severity, span=(1, 3))
        charged = charge([suspected, certain], STANDARD, CATEGORIES)
        assert [(one.deducted, one.reason) for one in charged] == [(0, "same words"), (price, "full")]


def test_no_bands_no_pass_mark() -> None:
    """A scheme without bands and pass mark leaves both open."""
    score = scored([], scheme_of(), CATEGORIES)
    assert (score.band, score.passed) == (None, None)


def test_required_costs_once() -> None:
    """A required thing missing twice by one rule costs once; the second finding is still counted."""
    score = scored([missing("hold_thanks"), missing("hold_thanks")], STANDARD, CATEGORIES)
    assert (score.deductions["courtesy"], score.required) == (200, 2)
    second = charge([missing("hold_thanks"), missing("hold_thanks")], STANDARD, CATEGORIES)[1]
    assert (second.nominal, second.deducted, second.reason) == (200, 0, "once")


def test_both_process_categories_share_the_dimension() -> None:
    """Procedure broken and procedure left out are charged to the same dimension and its cap."""
    broken = [found(f"b{number}", "process", "critical") for number in range(2)]
    left_out = [missing("process", f"m{number}") for number in range(6)]
    assert scored([*broken, *left_out], STANDARD, CATEGORIES).deductions["process"] == 3000


def test_cap_can_take_a_part() -> None:
    """The hit that reaches a cap costs what is left of it."""
    scheme = Scheme(
        id="own", title="", severity_points=STANDARD.severity_points, repeat={}, dimension_caps={"taboo": 1150},
        categories={}, rules={"r": Override(cap=750)},
    )  # fmt: skip
    hits = [found("r", "blame"), found("r", "blame"), found("s", "blame")]
    charged = [(item.deducted, item.reason) for item in charge(hits, scheme, CATEGORIES)]
    assert charged == [(500, "full"), (250, "rule cap"), (400, "dimension cap")]


def test_errors_and_confidence_do_not_score() -> None:
    """A rule that could not be decided costs nothing and is counted; low confidence does not make a finding cheaper."""
    error = found("r", None, None, None, kind="error")
    unsure = found("s", "blame")._replace(confidence=0.3)
    score = scored([error, unsure], STANDARD, CATEGORIES)
    assert (score.score, score.findings, score.errors) == (9500, 1, 1)


def test_unknown_category_is_refused() -> None:
    """A finding whose category is not in the list is an error, not a finding that costs nothing."""
    with pytest.raises(KeyError, match="unknown forbidden category 'bad'"):
        scored([found("r", "bad")], STANDARD, CATEGORIES)


def test_fatal_score_of_a_scheme() -> None:
    """A scheme may leave a fatal conversation more than 0; a worse one keeps its own score."""
    scheme = Scheme(
        id="own", title="", severity_points={"major": 5000}, repeat={}, dimension_caps={}, categories={}, rules={},
        fatal_score=2000,
    )  # fmt: skip
    one = [found("r", "threat", fatal=True)]
    assert scored(one, scheme, CATEGORIES).score == 2000
    two = scored([*one, found("r", "threat")], scheme, CATEGORIES)
    assert (two.score, two.fatal_adjust) == (0, 0)


PAIRS = [(polarity, name) for polarity in ("forbidden", "required") for name in CATEGORIES.of(polarity)]
AMOUNTS = st.integers(0, 10000)
OVERRIDES = st.builds(
    Override,
    st.none() | AMOUNTS,
    st.none() | st.sampled_from(["once", "per_hit"]),
    st.none() | AMOUNTS,
    st.none() | AMOUNTS,
)
SATISFIED = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(sorted(CATEGORIES.required))).map(
        lambda pair: done(pair[1], f"r{pair[0]}")
    ),
    max_size=8,
)
SCHEMES = st.builds(
    Scheme,
    id=st.just("s"),
    title=st.just(""),
    severity_points=st.fixed_dictionaries(dict.fromkeys(SEVERITIES, AMOUNTS)),
    repeat=st.fixed_dictionaries(dict.fromkeys(["forbidden", "required"], st.sampled_from(["once", "per_hit"]))),
    dimension_caps=st.dictionaries(st.sampled_from(sorted(CATEGORIES.dimensions)), AMOUNTS),
    categories=st.dictionaries(st.sampled_from(PAIRS), OVERRIDES, max_size=4),
    rules=st.dictionaries(st.sampled_from([f"r{number}" for number in range(6)]), OVERRIDES, max_size=3),
    style=st.sampled_from(["deduct", "add", "both"]),
    base=AMOUNTS,
    fatal_score=AMOUNTS,
    bonus_cap=AMOUNTS,
    dimension_weights=st.dictionaries(st.sampled_from(sorted(CATEGORIES.dimensions)), st.integers(0, 1000)),
    pass_mark=st.none() | AMOUNTS,
    rule_cap_hits=st.none() | st.integers(1, 4),
)


@st.composite
def conversations(draw: st.DrawFn) -> list[Finding]:
    """Findings of up to six rules; one rule has one category, severity and price, as a loaded pack has."""
    rules = [
        found(
            f"r{number}", category, draw(st.sampled_from(SEVERITIES)), polarity,
            draw(st.none() | AMOUNTS.map(lambda amount: amount / 100)), draw(st.integers(0, 9)) == 0,
        )
        for number, (polarity, category) in enumerate(draw(st.lists(st.sampled_from(PAIRS), min_size=1, max_size=6)))
    ]  # fmt: skip
    return draw(st.lists(st.sampled_from([*rules, found("e", None, None, None, kind="error")]), max_size=20))


@given(conversations(), SCHEMES, SATISFIED)
def test_the_sum_is_exact(findings: list[Finding], scheme: Scheme, satisfied: list[Satisfied]) -> None:
    """For any findings and scheme the parts add up to the score, which stays within 0 and 100 and obeys fatal."""
    score = scored(findings, scheme, CATEGORIES, satisfied)
    assert identity(score) == score.score
    assert score.bonus == sum(one.awarded for one in award(satisfied, findings, scheme)) <= scheme.bonus_cap
    assert scheme.style != "deduct" or score.bonus == 0
    assert scheme.style != "add" or not any(score.deductions.values())
    assert score.passed == (None if scheme.pass_mark is None else score.score >= scheme.pass_mark)
    assert 0 <= score.score <= 10000
    assert score.score <= scheme.fatal_score or not score.fatal
    assert score.forbidden + score.required + score.errors == len(findings)


@given(conversations(), SCHEMES)
def test_the_breakdown_is_the_score(findings: list[Finding], scheme: Scheme) -> None:
    """What the findings cost adds up to the deductions; nothing costs more than its price or the dimension's cap."""
    charged = charge(findings, scheme, CATEGORIES)
    sums = Counter(dict.fromkeys(CATEGORIES.dimensions, 0))
    for item in charged:
        sums[item.dimension] += item.deducted
        assert 0 <= item.deducted <= item.nominal
        assert (item.deducted == item.nominal) == (item.reason == "full")
    assert sums == scored(findings, scheme, CATEGORIES).deductions
    assert all(sums[dimension] <= cap for dimension, cap in scheme.dimension_caps.items())


@given(conversations(), SCHEMES, SATISFIED, st.randoms(use_true_random=False))
def test_order_is_irrelevant(
    findings: list[Finding], scheme: Scheme, satisfied: list[Satisfied], dice: random.Random
) -> None:
    """The same findings and satisfied rules in another order give the same score."""
    given_once = list({one.rule_id: one for one in satisfied}.values())
    before = scored(findings, scheme, CATEGORIES, given_once)
    shuffled = findings.copy()
    dice.shuffle(shuffled)
    dice.shuffle(given_once)
    assert scored(shuffled, scheme, CATEGORIES, given_once) == before


def test_words_found_twice_in_one_category_cost_once() -> None:
    """Of two findings of one category on overlapping words the dearer is charged, whichever comes first."""
    cheap = found("a", "promise", "major", span=(0, 4))
    dear = found("b", "promise", "critical", span=(2, 8))
    other = found("c", "insult", "critical", span=(2, 8))

    charged = charge([cheap, dear, other], STANDARD, CATEGORIES)

    assert [(one.deducted, one.reason) for one in charged] == [(0, "same words"), (1000, "full"), (1000, "full")]
    assert [one.deducted for one in charge([dear, cheap], STANDARD, CATEGORIES)] == [1000, 0]


def test_who_shares_words_is_as_when_each_is_held_against_all() -> None:
    """Of many findings those cost nothing whose words a surer or dearer one shares, as a plain comparison finds."""
    dice = random.Random(7)
    for _ in range(60):
        given = []
        for number in range(dice.randrange(2, 60)):
            start, price, sure = dice.randrange(80), dice.choice((1.0, 3.0)), dice.choice((1.0, 0.7))
            one = found(f"r{number}", dice.choice(("promise", "insult")), span=(start, start + dice.randrange(9)))
            given.append(one._replace(turn_index=dice.choice((0, 1, None)), points=price, confidence=sure))
        kept: list[Finding] = []
        twins = set()
        for number, one in sorted(enumerate(given), key=lambda pair: (pair[1].confidence < 1, -(pair[1].points or 0))):
            where = (one.turn_index, one.category)
            if one.turn_index is not None:
                same = [other for other in kept if (other.turn_index, other.category) == where]
                if any(other.start < one.end and one.start < other.end for other in same):
                    twins.add(number)
                else:
                    kept.append(one)
        charged = decompose(given, STANDARD, CATEGORIES)
        assert {number for number, one in enumerate(charged) if one.reason == "same words"} == twins
