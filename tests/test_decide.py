"""Deciding: when a forbidden thing is found, and when a required one is missing or not due."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from cscheck.batch import Batch
from cscheck.decide import Verdict
from cscheck.model import Conversation, Finding, Turn
from cscheck.program import compile_rules
from cscheck.scan import scan

Matched = Callable[..., list[tuple[int | None, str | None]]]
Findings = Callable[..., tuple[Finding, ...]]
MISSING = [(None, None)]
HEAVY = r"保.{0,300}.{0,300}.{0,300}[^保]\d"


# --- forbidden


def test_a_finding_tells_everything(findings: Findings) -> None:
    """A finding carries its rule's category, severity, points, norms and advice, and its place in the original."""
    rule = "{id: a.b, title: 绝对化承诺, severity: critical, points: 2.5, fatal: true, advice: 改说尽量, "
    rule += "when: {phrases: [保证]}}"
    (found,) = findings(rule, Conversation("c7", (Turn("agent", "我們保\u200b證到", 12, "工号1"),)))
    assert found._replace(evidence=()) == Finding(
        "finding", "c7", "工号1", 12, "a.b", "promise", "forbidden", "critical", 2.5, 1.0, 2, 5, "保\u200b證",
        "绝对化承诺：改说尽量", ("banned.promise.absolute",), (), True,
    )  # fmt: skip
    assert found.evidence == (("literal", "", "保\u200b證", 12, 2, 5),)


@pytest.mark.parametrize(("speaker", "turns"), [("agent", [0]), ("customer", [1])])
def test_the_speaker_decides_whose_words_count(matched: Matched, speaker: str, turns: list[int]) -> None:
    """A rule looks at the turns of its speaker, by default the agent's."""
    talk = ["客服：保证", "客户：保证", "机器人：保证", "系统：保证"]
    assert matched(f"{{when: {{phrases: [保证]}}, speaker: {speaker}}}", talk) == [(turn, "保证") for turn in turns]
    assert matched("when: {phrases: [保证]}", talk) == [(0, "保证")]


@pytest.mark.parametrize(
    ("rule", "given", "found"), [
        ("call", "call", True), ("call", "chat", False), ("call", None, False),
        ("chat", "call", False), ("chat", "chat", True), ("chat", None, True),
    ],
)  # fmt: skip
def test_a_forbidden_rule_of_a_channel(matched: Matched, rule: str, given: str | None, found: bool) -> None:
    """A rule for one channel is silent in the other; where the channel is not known it is taken for a chat."""
    talk = matched(f"{{channel: {rule}, when: {{phrases: [保证]}}}}", "保证", channel=given)
    assert talk == ([(0, "保证")] if found else [])


def test_positions_of_a_rule(matched: Matched) -> None:
    """A rule may look at the first or last turns only."""
    talk = ["客服：哦", "客户：喂", "客服：哦", "客服：哦"]
    assert matched("{turns: first 1, when: {phrases: [哦]}}", talk) == [(0, "哦")]
    assert matched("{turns: last 2, when: {phrases: [哦]}}", talk) == [(2, "哦"), (3, "哦")]


def test_overlapping_matches_of_one_rule_are_one_finding(matched: Matched) -> None:
    """Of overlapping matches the leftmost and longest is reported; matches that only touch are two."""
    rule = "when: {any: [{phrases: [三天]}, {phrases: [保证]}, {pattern: '(保证|三天).{0,3}(到货|退款)'}]}"
    assert matched(rule, "保证三天到货") == [(0, "保证三天到货")]
    assert matched(rule, "保证三天") == [(0, "保证"), (0, "三天")]
    assert matched(rule, ["客服：保证三天到货", "客服：三天"]) == [(0, "保证三天到货"), (1, "三天")]


def test_two_rules_may_find_the_same_words(findings: Findings) -> None:
    """Findings are ordered by turn and place, then by the order of the rules; missing things come last."""
    rules = """
- {id: z, when: {phrases: [保证]}}
- {id: hello, category: greeting, when: {phrases: [您好]}}
- {id: a, when: {phrases: [保证, 一定]}}
"""
    found = findings(rules, ["客服：一定保证", "客服：保证"])
    assert [(f.rule_id, f.turn_index, f.matched) for f in found] == [
        ("a", 0, "一定"), ("z", 0, "保证"), ("a", 0, "保证"), ("z", 1, "保证"), ("a", 1, "保证"), ("hello", None, None),
    ]  # fmt: skip


WHOLE = "{id: whole, category: insult, severity: major, when: {phrases: [就你傻等着]}}"


@pytest.mark.parametrize(
    ("part", "kept"),
    [
        ("category: blame, severity: major", ["就你傻等着"]),  # a part of the greater whole
        ("category: blame, severity: minor", ["就你傻等着"]),
        ("category: blame, severity: critical", ["就你傻等着", "傻等"]),  # graver
        ("category: blame, severity: major, fatal: true", ["就你傻等着", "傻等"]),
        ("category: insult, severity: major", ["就你傻等着", "傻等"]),  # of one category: charged once, shown both
    ],
)
def test_words_that_are_a_part_of_an_offence_are_none_of_their_own(
    matched: Matched, part: str, kept: list[str]
) -> None:
    """What one rule finds wholly within what a rule of another category finds is let go, unless it weighs more."""
    rules = f"- {WHOLE}\n- {{id: part, {part}, when: {{phrases: [傻等]}}, boundary: none}}"
    assert [words for _, words in matched(rules, "就你傻等着")] == kept
    assert matched(rules, "别傻等了") == [(0, "傻等")]


def test_words_that_reach_out_of_an_offence_stand_beside_it(matched: Matched) -> None:
    """Matches that only overlap are two offences."""
    rules = (
        f"- {WHOLE}\n- {{id: beside, category: blame, severity: major, when: {{phrases: [等着活该]}}, boundary: none}}"
    )
    assert matched(rules, "就你傻等着活该") == [(0, "就你傻等着"), (0, "等着活该")]


def test_why_a_part_was_let_go_is_kept(verdict: Callable[..., Verdict]) -> None:
    """With a trace the part is among what was suppressed, for 'part'."""
    rules = f"- {WHOLE}\n- {{id: part, category: blame, severity: minor, when: {{phrases: [傻等]}}, boundary: none}}"
    (let_go,) = verdict(rules, "就你傻等着", trace=True).suppressed
    assert (let_go.rule_id, let_go.reason, let_go.match.start, let_go.match.end) == ("part", "part", 2, 4)


UNITS = ["客服：投诉，没用", "客服：没用", "客户：啊", "客服：没用"]


@pytest.mark.parametrize(
    ("unit", "talk", "found"),
    [
        ("turn", UNITS, [0]),
        ("clause", UNITS, []),
        ("clause", ["客服：没用，投诉没用"], [0]),
        ("burst", UNITS, [0, 1]),
        ("conversation", UNITS, [0, 1, 3]),
        ("burst", ["客服：没用", "客服：投诉"], [0]),
        ("burst", ["客服：没用", "客户：哦", "客服：投诉"], []),
        ("burst", ["@0 客服：没用", "@61 客服：投诉"], []),
        ("conversation", ["客服：没用", "客户：投诉"], []),
    ],
)
def test_units(matched: Matched, unit: str, talk: list[str], found: list[int]) -> None:
    """Conditions combine within a clause, a turn, a burst or the whole conversation, as the rule says."""
    rule = f"{{in: {unit}, when: {{all: [{{phrases: [没用]}}, {{phrases: [投诉]}}]}}}}"
    assert matched(rule, talk) == [(turn, "没用") for turn in found]


def test_the_turn_is_the_usual_unit(matched: Matched) -> None:
    """Without ``in`` conditions combine within one turn."""
    assert matched("when: {all: [{phrases: [没用]}, {phrases: [投诉]}]}", UNITS) == [(0, "没用")]


def test_in_a_clause_only_the_words_of_that_clause_count(matched: Matched) -> None:
    """A phrase in the next clause of the turn does not help, and each clause is judged on its own."""
    rule = "{in: clause, when: {all: [{phrases: [没用]}, {not: {phrases: [投诉]}}]}}"
    assert matched(rule, "投诉没用，没用。真没用") == [(0, "没用"), (0, "没用")]


@pytest.mark.parametrize(
    ("unit", "found"), [("clause", []), ("turn", [0, 0]), ("burst", [0, 0, 1]), ("conversation", [0, 0, 1, 3])]
)
def test_times_are_counted_within_the_unit(matched: Matched, unit: str, found: list[int]) -> None:
    """``times: at least 2`` asks for two matches in one unit; then every one is a finding."""
    talk = ["客服：快点，快点", "客服：快点", "客户：快点", "客服：快点"]
    rule = f"{{in: {unit}, times: at least 2, when: {{phrases: [快点]}}}}"
    assert matched(rule, talk) == [(turn, "快点") for turn in found]


NEAR = ["@0 客户：投诉", "@10 客服：哦", "@20 客户：算了", "@100 客服：哦"]


@pytest.mark.parametrize(
    ("context", "found"),
    [
        ("after: {phrases: [投诉]}", [1, 3]),
        ("after: {phrases: [投诉]}, within: 2 turns", [1]),
        ("after: {phrases: [投诉]}, within: 99 s", [1]),
        ("after: {phrases: [投诉]}, within: 100 s", [1, 3]),
        ("before: {phrases: [算了]}", [1]),
        ("before: {phrases: [算了]}, within: 9 s", []),
        ("around: {phrases: [算了]}, within: 1 turn", [1, 3]),
        ("after: {phrases: [投诉]}, before: {phrases: [算了]}", [1]),
        ("after: {phrases: [投诉], speaker: agent}", []),
    ],
)
def test_context_in_other_turns(matched: Matched, context: str, found: list[int]) -> None:
    """A rule may ask for other turns before or after, all of them near enough in turns or seconds."""
    assert matched(f"{{when: {{phrases: [哦]}}, {context}}}", NEAR) == [(turn, "哦") for turn in found]


def test_context_is_evidence(findings: Findings) -> None:
    """The words of the other turn are shown with the finding."""
    found = findings("{when: {phrases: [哦]}, after: {phrases: [投诉]}, within: 1 turn}", NEAR)
    assert [[(e.kind, e.text, e.turn_index) for e in f.evidence] for f in found] == [
        [("literal", "哦", 1), ("context", "投诉", 0)]
    ]


@pytest.mark.parametrize(
    ("unless", "found"),
    [
        ("{phrases: [抱歉]}", [1, 3]),
        ("{around: {phrases: [申请]}, within: 1 turn}", [0]),
        ("{around: {phrases: [申请], speaker: agent}}", [0, 1, 3]),
        ("{after: {phrases: [申请]}, within: 1 turn}", [0, 1]),
        ("{before: {phrases: [申请], speaker: customer}}", [3]),
    ],
)
def test_a_condition_in_unless_excuses(matched: Matched, unless: str, found: list[int]) -> None:
    """A condition that holds at the turn of the match, or near it, lets the rule go there."""
    talk = ["客服：抱歉办不了", "客服：办不了", "客户：申请", "客服：办不了"]
    assert matched(f"{{when: {{phrases: [办不了]}}, unless: [{unless}]}}", talk) == [(turn, "办不了") for turn in found]


def test_an_excuse_is_told(verdict: Callable[..., Verdict]) -> None:
    """What a condition excused is kept with the words that excused it."""
    rule = "{when: {phrases: [办不了]}, unless: [{around: {phrases: [申请]}, within: 1 turn}]}"
    decided = verdict(rule, ["客服：办不了", "客服：我申请"])
    assert decided.findings == ()
    (let_go,) = decided.suppressed
    assert (let_go.rule_id, let_go.reason, let_go.match.place, let_go.match.start) == ("rule.1", "unless", 0, 0)
    assert let_go.cue is not None
    assert (let_go.cue.place, let_go.cue.start, let_go.cue.end) == (1, 1, 3)


# --- required


def reasons(verdict: Verdict) -> list[str]:
    return [absent.reason for absent in verdict.not_applicable]


def test_a_required_thing_is_there_or_missing(matched: Matched) -> None:
    """What satisfies a required rule yields nothing; its absence is a finding without place."""
    rule = "{category: greeting, when: {phrases: [您好]}}"
    assert matched(rule, ["客服：您好", "客户：在"]) == []
    assert matched(rule, ["客服：在", "客户：您好"]) == MISSING
    assert matched(rule, ["客服：您好像没付款"]) == MISSING  # judged like any match
    assert matched(rule, ["机器人：您好", "客服：在"]) == MISSING


def test_a_missing_thing_names_the_turns_searched(findings: Findings) -> None:
    """A finding of absence tells where was looked and the nearest miss."""
    rule = "{id: g, title: 问候语, category: greeting, turns: first 2, advice: 先问好, when: {phrases: [您好]}}"
    (found,) = findings(rule, ["客服：喂", "客户：喂", "客服：您好像没付款", "客服：您好"])
    assert found._replace(evidence=()) == Finding(
        "finding", "c", None, None, "g", "greeting", "required", "major", 0.0, 1.0, None, None, None,
        "缺少问候语：先问好", ("banned.promise.absolute",), (), False,
    )  # fmt: skip
    assert found.evidence == (
        ("searched", "", "", 0, None, None),
        ("searched", "", "", 2, None, None),
        ("nearest", "boundary", "您好", 2, 0, 2),
    )


def test_a_search_for_the_nearest_miss_leaves_no_trace(verdict: Callable[..., Verdict]) -> None:
    """Misses of required rules are kept for the explanation only where one was asked for."""
    rule = "{category: greeting, when: {phrases: [您好]}}"
    assert [s.reason for s in verdict(rule, "您好像没付款").suppressed] == ["boundary"]
    assert verdict(rule, "您好像没付款", trace=False).suppressed == ()


def test_what_is_not_due_is_not_applicable(verdict: Callable[..., Verdict]) -> None:
    """With ``if`` a thing is required only where its trigger stands."""
    rule = "{id: sorry, category: apology, if: {phrases: [投诉], speaker: customer}, when: {phrases: [抱歉]}}"
    due = verdict(rule, ["客户：我要投诉", "客服：哦"])
    assert (len(due.findings), reasons(due)) == (1, [])
    assert due.findings[0].evidence == (("trigger", "", "投诉", 0, 2, 4), ("searched", "", "", 1, None, None))
    kept = verdict(rule, ["客户：我要投诉", "客服：抱歉"])
    assert (kept.findings, reasons(kept)) == ((), [])
    idle = verdict(rule, ["客户：我要退货", "客服：投诉"])
    assert (idle.findings, reasons(idle)) == ((), ["not due"])


@pytest.mark.parametrize(
    ("within", "apology", "missing"),
    [
        ("1 turn", 2, False),
        ("1 turn", 4, True),
        ("2 turns", 4, False),
        ("30 s", 2, False),
        ("30 s", 4, True),
        ("40 s", 4, False),
        ("99 s", 0, True),  # before its trigger
    ],
)
def test_within_of_a_required_rule(matched: Matched, within: str, apology: int, missing: bool) -> None:
    """What is due must come within so many of the speaker's turns, or seconds, after the trigger."""
    talk = ["@0 客服：喂", "@10 客户：我要投诉", "@20 客服：哦", "@40 客户：快", "@50 客服：哦"]
    talk[apology] = talk[apology][:-1] + "抱歉"
    rule = f"{{category: apology, if: {{phrases: [投诉]}}, within: {within}, when: {{phrases: [抱歉]}}}}"
    assert matched(rule, talk) == (MISSING if missing else [])


def test_within_counts_from_every_trigger(matched: Matched) -> None:
    """What is due may follow any of its triggers, not only the first."""
    talk = ["客户：我要投诉", "客服：哦", "客服：哦", "客户：投诉", "客服：抱歉"]
    rule = "{category: apology, if: {phrases: [投诉]}, within: 1 turn, when: {phrases: [抱歉]}}"
    assert matched(rule, talk) == []
    assert matched(rule, [*talk[:3], "客户：喂", "客服：抱歉"]) == MISSING


def test_nothing_left_to_search_is_not_applicable(verdict: Callable[..., Verdict]) -> None:
    """A trigger after the last agent turn leaves nothing to search, so nothing is missing."""
    rule = "{category: apology, if: {phrases: [投诉]}, within: 3 turns, when: {phrases: [抱歉]}}"
    decided = verdict(rule, ["客服：您好", "客户：投诉"])
    assert (decided.findings, reasons(decided)) == ((), ["no turn to search"])


@pytest.mark.parametrize(
    ("turns", "meta", "first", "reason"),
    [
        ("first 2", {"excerpt": True}, 0, "the transcript is an excerpt"),
        ("last 2", {"excerpt": True}, 0, "the transcript is an excerpt"),
        ("last third", {"excerpt": True}, 0, "the transcript is an excerpt"),
        ("1..-1", {"excerpt": True}, 0, None),
        ("first 2", {"excerpt": False}, 0, None),
        ("first 2", {}, 3, "the opening is not in the transcript"),
        ("last 2", {}, 3, None),
        ("1..-1", {}, 3, None),
    ],
)
def test_excerpts(
    verdict: Callable[..., Verdict], turns: str, meta: dict[str, object], first: int, reason: str | None
) -> None:
    """What is bound to the opening or close is not applicable where that is not in the transcript."""
    talk = Conversation("c", (Turn("agent", "在", first), Turn("customer", "好", first + 1)), None, meta)
    decided = verdict(f"{{category: greeting, turns: {turns}, when: {{phrases: [您好]}}}}", talk)
    assert (len(decided.findings), reasons(decided)) == ((0, [reason]) if reason else (1, []))


@pytest.mark.parametrize(
    ("given", "reason"), [("call", None), ("chat", "only in channel call"), (None, "only in channel call")]
)
def test_a_required_rule_of_a_channel(verdict: Callable[..., Verdict], given: str | None, reason: str | None) -> None:
    """A duty of one channel is not due in the other; where the channel is not known it is taken for a chat."""
    decided = verdict("{category: greeting, channel: call, when: {phrases: [您好]}}", "在", channel=given)
    assert (len(decided.findings), reasons(decided)) == ((0, [reason]) if reason else (1, []))


@pytest.mark.parametrize("talk", [[], ["客户：在吗"], ["客服：", "客户：在吗"], ["机器人：您好"]])
def test_without_an_agent_nothing_is_required(verdict: Callable[..., Verdict], talk: list[str]) -> None:
    """Where no agent speaks, no duty was neglected."""
    decided = verdict("{category: greeting, when: {phrases: [您好]}}", talk)
    assert (decided.findings, reasons(decided)) == ((), ["no agent turn"])


@pytest.mark.parametrize("speaker", ["customer", "bot", "system"])
def test_who_never_speaks_owes_nothing(verdict: Callable[..., Verdict], speaker: str) -> None:
    """A required thing of a speaker who has no turn is not applicable."""
    decided = verdict(f"{{category: thanks, speaker: {speaker}, when: {{phrases: [谢谢]}}}}", ["客服：您好"])
    assert (decided.findings, reasons(decided)) == ((), ["no turn to search"])


def test_turns_of_anybody_count_where_no_speaker_is_named(matched: Matched) -> None:
    """A condition's turns are counted over agent and customer, in required rules as in forbidden ones."""
    rule = "{category: apology, when: {phrases: [抱歉], turns: '2..3'}}"
    assert matched(rule, ["客户：在吗", "客服：抱歉", "客户：好"]) == []
    assert matched(rule, ["客服：抱歉", "客户：在吗"]) == MISSING


def test_an_excused_duty_is_not_applicable(verdict: Callable[..., Verdict]) -> None:
    """A condition in unless takes a duty away."""
    rule = "{category: farewell, unless: [{phrases: [挂断], speaker: system}], when: {phrases: [再见]}}"
    rule = rule.replace("speaker: system", "speaker: customer")
    decided = verdict(rule, ["客户：我挂断了", "客服：喂"])
    assert (decided.findings, reasons(decided)) == ((), ["excused"])
    assert reasons(verdict(rule, ["客户：好", "客服：喂"])) == []


def test_required_times(matched: Matched) -> None:
    """A duty may ask for a number of times."""
    rule = "{category: thanks, times: at least 2, when: {phrases: [谢谢]}}"
    assert matched(rule, ["客服：谢谢", "客服：谢谢您"]) == []
    assert matched(rule, ["客服：谢谢"]) == MISSING


def test_required_parts_may_stand_in_different_turns(matched: Matched) -> None:
    """A duty is searched over the conversation, so its parts may be said one after the other."""
    rule = "{category: self_introduction, when: {all: [{phrases: [客服]}, {phrases: [工号]}]}}"
    assert matched(rule, ["客服：这里是客服", "客服：工号一"]) == []
    assert matched(rule, ["客服：这里是客服"]) == MISSING


# --- whose it is


@pytest.mark.parametrize(
    ("lines", "meta", "agents"),
    [
        (["客户：喂", "客服甲：好"], {}, "甲甲"),
        (["客户：喂", "客服甲：好", "客户：喂", "客服乙：好", "客户：喂", "客服：好"], {}, "甲甲甲乙乙乙"),
        (["客服：好", "客服甲：好", "客服乙：好", "客服甲：好"], {}, "甲甲乙甲"),
        (["客户：喂", "客服：好"], {"agent_id": "丙"}, "丙丙"),
        (["客户：喂", "客服甲：好"], {"agent_id": "丙"}, "甲甲"),
        (["客户：喂", "客服：好"], {}, [None, None]),
        (["客户丁：喂", "客服：好"], {}, [None, None]),  # a customer's id is no agent
        ([], {}, []),
    ],
)
def test_agents_of_parts(
    talk: Callable[..., Conversation], lines: list[str], meta: dict[str, object], agents: Sequence[str | None]
) -> None:
    """A part begins with its agent's first turn; what stands before the first belongs to it too."""
    (view,) = scan(compile_rules([], {}), Batch.of([talk(lines, None, meta)]))
    assert view.agents == tuple(agents)


def test_findings_go_to_the_agent_of_their_part(findings: Findings) -> None:
    """After a transfer a forbidden thing is charged to who said it, a missing opening to the first agent,
    a missing close to the last."""
    rules = """
- {id: ban, when: {phrases: [保证]}}
- {id: open, category: greeting, turns: first 1, when: {phrases: [您好]}}
- {id: close, category: farewell, turns: last 1, when: {phrases: [再见]}}
- {id: some, category: apology, when: {phrases: [抱歉]}}
"""
    talk = ["客户：喂", "客服甲：保证", "客户：啊", "客服乙：保证", "客服：保证"]
    assert [(f.rule_id, f.turn_index, f.agent_id) for f in findings(rules, talk)] == [
        ("ban", 1, "甲"), ("ban", 3, "乙"), ("ban", 4, "乙"),
        ("open", None, "甲"), ("close", None, "乙"), ("some", None, "乙"),
    ]  # fmt: skip


def test_what_is_not_applicable_goes_to_an_agent_too(verdict: Callable[..., Verdict]) -> None:
    """A duty that was not due leaves the denominator of the agent who would have had it."""
    rules = """
- {id: open, category: greeting, turns: first 1, when: {phrases: [您好]}}
- {id: close, category: farewell, turns: last 1, when: {phrases: [再见]}}
"""
    decided = verdict(rules, ["客服甲：喂", "客服乙：喂"], meta={"excerpt": True})
    assert [(na.rule_id, na.agent_id) for na in decided.not_applicable] == [("open", "甲"), ("close", "乙")]


# --- out of time


@pytest.fixture
def short_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave patterns a hundredth of a second; HEAVY needs minutes for 300 characters."""
    monkeypatch.setattr("cscheck.operators.pattern.BUDGET", 0.01)


@pytest.mark.usefixtures("short_of_time")
def test_a_pattern_out_of_time_is_an_error(findings: Findings) -> None:
    """A rule that could not be decided is an error at its turn: no category, no points; other rules go on."""
    rules = f"[{{id: slow, when: {{pattern: '{HEAVY}'}}}}, {{id: quick, when: {{phrases: [打包票]}}}}]"
    found = findings(rules, ["客服甲：打包票", "客服乙：" + "保" * 300, "客服乙：打包票"])
    assert [(f.kind, f.rule_id, f.turn_index, f.matched) for f in found] == [
        ("finding", "quick", 0, "打包票"), ("error", "slow", 1, None), ("finding", "quick", 2, "打包票"),
    ]  # fmt: skip
    assert found[1] == Finding(
        "error", "c", "乙", 1, "slow", None, None, None, None, 0.0, None, None, None,
        f"pattern '{HEAVY}' ran out of its 0.01 s".replace("\\", "\\\\"), (), (),
    )  # fmt: skip


@pytest.mark.usefixtures("short_of_time")
def test_what_was_found_before_time_ran_out_is_kept(findings: Findings) -> None:
    """One pattern of a rule that runs out of time leaves the others of that rule what they found."""
    rule = f"{{id: slow, when: {{pattern: ['打包票', '{HEAVY}']}}}}"
    found = findings(rule, "打包票" + "保" * 300)
    assert [(f.kind, f.matched) for f in found] == [("error", None), ("finding", "打包票")]
