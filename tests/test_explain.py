"""Explaining: one conversation told in Chinese, with what was found, what was let go, and the score's arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from cscheck.assess import Assessment, Assessor
from cscheck.batch import Batch
from cscheck.categories import load_categories
from cscheck.explain import DEDUCTION_REASONS, REASONS, SEVERITY_NAMES, explain
from cscheck.model import CHANNEL_NAMES, CHANNELS, SEVERITIES, Conversation
from cscheck.pack import Library
from cscheck.program import compile_rules
from cscheck.schemefile import load_scheme
from cscheck.segment import Segmenter

RULES = """
- id: ban
  title: 绝对化承诺
  points: 5
  when: {phrases: [保证, 姓名]}
  unless: [negated, {around: {phrases: [争取]}, within: 1 turn}]
  allow: [保证书里]
- {id: open, title: 问候语, category: greeting, points: 3, turns: first 1, when: {phrases: [您好]}}
- id: sorry
  title: 致歉
  category: apology
  if: {phrases: [投诉], speaker: customer}
  when: {phrases: [抱歉], unless: [negated]}
- {id: bye, title: 结束语, category: farewell, turns: last 1, when: {phrases: [再见]}}
- {id: name, title: 自报家门, category: self_introduction, channel: chat, turns: first 1, when: {phrases: [工号]}}
- {id: slow, title: 绝对退款, when: {pattern: '退.{0,300}.{0,300}.{0,300}[^退]\\d'}}
- {id: fast, title: 承诺时效, points: 0, when: {pattern: '马上.{0,6}就到|三天内.{0,6}到'}}
- {id: sum, title: 报数, points: 0, when: {pattern: '加[0-9]个'}}
- {id: wait, title: 久等致歉, category: hold_thanks, if: {speaker: agent, silence: 20 s}, when: {phrases: [久等]}}
- {id: late, title: 迟回, category: timing, channel: call, turns: last 1, points: 0, when: {silence: 60 s}}
- {id: harsh, title: 贬低, category: insult, severity: critical, when: {phrases: [笨蛋]}}
- {id: rude, title: 辱骂, category: insult, points: 10, fatal: true, when: {phrases: [滚蛋]}, after: {phrases: [投诉]}}
"""


@pytest.fixture
def assess(
    pack: Callable[..., Library], talk: Callable[..., Conversation], segmenter: Segmenter
) -> Callable[..., tuple[Assessment, Assessor]]:
    """Assess one conversation by RULES and a scheme whose prices stand here: 5 a hit, three hits at most."""
    library = pack(RULES)
    scheme = replace(
        load_scheme("standard"), severity_points=dict.fromkeys(SEVERITIES, 500), rule_cap_hits=3, fatal_score=0
    )
    assessor = Assessor(compile_rules(library.rules, library.cues), scheme, load_categories(), segmenter)

    def assessed(*lines: str, **options: object) -> tuple[Assessment, Assessor]:
        (assessment,) = assessor.assess([Batch.of([talk(list(lines), **options)])], trace=True)
        return assessment, assessor

    return assessed


@pytest.fixture
def told(assess: Callable[..., tuple[Assessment, Assessor]]) -> Callable[..., list[str]]:
    """Return the lines of the explanation."""
    return lambda *lines, **options: explain(*assess(*lines, **options)).splitlines()


Told = Callable[..., list[str]]


def test_a_clean_conversation(told: Told) -> None:
    """Where nothing is wrong, that is said, with what was not due and the full score."""
    assert told("客服甲：您好", "客户：在", "客服甲：再见", channel="call") == [
        "会话 c（电话）",
        "    0 客服：您好",
        "    1 客户：在",
        "    2 客服：再见",
        "命中 0 项",
        "放过 0 处",
        "不适用 3 项",
        "  致歉（sorry）：未触发",
        "  自报家门（name）：仅适用于在线会话",
        "  久等致歉（wait）：未触发",
        "坐席 甲 得分 100（优秀）：基础 100",
    ]


def test_found_words_are_marked_in_the_original_text(told: Told) -> None:
    """Each finding's words stand in brackets, as they were written."""
    lines = told("客服：您好，我保\u200b證，保证", "客服：再见", channel="call")
    assert lines[0] == "会话 c（电话）"
    assert lines[1] == "    0 客服：您好，我⟦保\u200b證⟧，⟦保证⟧"
    assert lines[3:6] == [
        "命中 2 项",
        "  [绝对化承诺] 第 0 轮 “保\u200b證” 绝对化承诺：换个说法",
        "      规则 ban，规范 banned.promise.absolute，重要，扣 5 分",
    ]
    assert lines[6] == "  [绝对化承诺] 第 0 轮 “保证” 绝对化承诺：换个说法"


@pytest.mark.parametrize(
    ("lines", "told_of"),
    [
        (["客服：我不能保证"], "  第 0 轮 “保证” 绝对化承诺（ban）：线索“否定”（negated） “不能”"),
        (["客服：保证金"], "  第 0 轮 “保证” 绝对化承诺（ban）：不在词的边界上"),
        (["客服：保证书里"], "  第 0 轮 “保证” 绝对化承诺（ban）：属于允许的词"),
        (["客服：[姓名1]"], "  第 0 轮 “姓名” 绝对化承诺（ban）：落在占位符里"),
        (["客服：保證", "客户：好", "客服：爭取"], None),
        (
            ["客服：我保\u200b證", "客服：爭取"],
            "  第 0 轮 “保\u200b證” 绝对化承诺（ban）：上下文免责 “爭取”（第 1 轮）",
        ),
        (["客服：您好像没付"], "  第 0 轮 “您好” 问候语（open）：不在词的边界上"),
    ],
)
def test_what_was_let_go_and_why(told: Told, lines: list[str], told_of: str | None) -> None:
    """Each suppressed candidate is told with its words, its rule and the reason."""
    found = told(*lines)
    begin = next(place for place, line in enumerate(found) if line.startswith("放过"))
    end = next(place for place, line in enumerate(found) if line.startswith("不适用"))
    assert found[begin:end] == (["放过 1 处", told_of] if told_of else ["放过 0 处"])


def test_a_missing_thing_tells_where_it_was_sought(told: Told) -> None:
    """A duty that was due is told with its trigger and the turns searched."""
    lines = told("客服：您好", "客户：我投诉", "客服：再见", channel="call")
    assert lines[4:9] == [
        "命中 1 项",
        "  [致歉] 整通会话 缺少致歉：换个说法",
        "      规则 sorry，规范 banned.promise.absolute，重要，扣 4 分",
        "      触发：第 1 轮 “投诉”",
        "      查找了第 0、2 轮",
    ]


def test_words_that_a_match_stands_on(told: Told) -> None:
    """Of a longer match the words that it stands on are named, but no single characters and never the match again."""
    lines = told("客服：您好，马上给您就到", "客服：加3个，再见")
    begin = next(place for place, line in enumerate(lines) if line.startswith("  [绝对化承诺] 第 0 轮"))
    assert lines[begin : begin + 6] == [
        "  [绝对化承诺] 第 0 轮 “马上给您就到” 承诺时效：换个说法",
        "      规则 fast，规范 banned.promise.absolute，重要，扣 0 分",
        "      依据的词：第 0 轮 “马上”",
        "      依据的词：第 0 轮 “就到”",
        "  [绝对化承诺] 第 1 轮 “加3个” 报数：换个说法",
        "      规则 sum，规范 banned.promise.absolute，重要，扣 0 分",
    ]


def test_a_silence_is_told_in_seconds(told: Told) -> None:
    """Where a silence made a duty due its seconds are told, not the whole turn that came after it."""
    lines = told("@0 客服：您好", "@50 客服：在的", "@55 客服：再见", channel="chat")
    assert "      触发：第 1 轮之前沉默 50 秒" in lines


def test_the_silence_that_is_a_finding_is_told_in_seconds(told: Told) -> None:
    """Where a silence itself is wrong its seconds stand below the turn that came after it."""
    lines = told("@0 客服：您好", "@101 客服：再见", channel="call")
    begin = lines.index("  [响应时效] 第 1 轮 “再见” 迟回：换个说法")
    assert lines[begin + 1 : begin + 3] == [
        "      规则 late，规范 banned.promise.absolute，重要，扣 0 分",
        "      第 1 轮之前沉默 101 秒",
    ]


def test_a_silence_by_the_minute_is_told_as_at_least(told: Told) -> None:
    """Where all times are whole minutes only what lies beyond a minute is sure."""
    lines = told("@0 客服：您好", "@240 客服：在的", "@300 客服：再见", channel="chat")
    assert "      触发：第 1 轮之前沉默至少 180 秒" in lines


def test_context_and_fatal(told: Told) -> None:
    """The other turn that a rule asked for is told, and that a finding is fatal."""
    lines = told("客服：您好", "客户：投诉", "客服：抱歉滚蛋", "客服：再见")
    assert lines[6:9] == [
        "  [辱骂嘲讽] 第 2 轮 “滚蛋” 辱骂：换个说法",
        "      规则 rude，规范 banned.promise.absolute，重要，扣 10 分，致命",
        "      上下文：第 1 轮 “投诉”",
    ]


@pytest.mark.parametrize(
    ("said", "told_of"),
    [
        ("您好像没付", "最接近的一处，不在词的边界上：第 0 轮 “您好”"),
        ("不能说抱歉", "最接近的一处，线索“否定”（negated）：第 0 轮 “抱歉”"),
    ],
)
def test_the_nearest_miss_says_why_it_is_none(told: Told, said: str, told_of: str) -> None:
    """What comes nearest to a missing thing is told with the reason that it does not count."""
    assert f"      {told_of}" in told(f"客服：{said}", "客户：投诉")


def test_a_cue_that_was_overruled(told: Told) -> None:
    """A cue that was seen, and the one that cancels it, are told with their titles."""
    lines = told("客服：您好，我不能不保证", "客服：再见")
    begin = next(place for place, line in enumerate(lines) if line.startswith("      规则 ban"))
    assert lines[begin + 1 :][:2] == [
        "      见到但不免责，线索“否定”（negated）：第 0 轮 “不”",
        "      见到但不免责，线索“双重否定”（double_negation）：第 0 轮 “不能不”",
    ]


def test_a_rule_that_ran_out_of_time(
    assess: Callable[..., tuple[Assessment, Assessor]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that could not be decided is told with its turn and the reason, and as no finding."""
    monkeypatch.setattr("cscheck.operators.pattern.BUDGET", 0.01)
    lines = explain(*assess("客服：您好", "客服：再见" + "退" * 300, channel="call")).splitlines()
    message = r"pattern '退.{0,300}.{0,300}.{0,300}[^退]\\d' ran out of its 0.01 s"
    assert lines[3:5] == ["命中 0 项", f"  [错误] 第 1 轮 绝对退款（slow）未能判定：{message}"]


@pytest.mark.parametrize(
    ("lines", "options", "reason"),
    [
        (["客服：在"], {"channel": "call"}, "仅适用于在线会话"),
        (["客户：在吗"], {}, "没有坐席话轮"),
        (["客服：在"], {"meta": {"excerpt": True}}, "只是会话节选"),
    ],
)
def test_why_a_duty_was_not_due(told: Told, lines: list[str], options: dict[str, object], reason: str) -> None:
    """A duty that is not applicable says why."""
    title = "自报家门（name）" if "channel" in options else "问候语（open）"
    assert f"  {title}：{reason}" in told(*lines, **options)


def test_the_score_adds_up(told: Told) -> None:
    """The arithmetic of each agent's part is shown: every deduction, what a cap took off, and the fatal cut."""
    lines = told("客服甲：保证保证保证保证", "客户：我投诉", "客服乙：滚蛋", "客服乙：抱歉再见", channel="call")
    begin = next(place for place, line in enumerate(lines) if line.startswith("坐席"))
    assert lines[begin:] == [
        "坐席 甲 得分 82（良好）：基础 100",
        "  − 5 违规行为 第 0 轮 绝对化承诺（ban）",
        "  − 5 违规行为 第 0 轮 绝对化承诺（ban）",
        "  − 5 违规行为 第 0 轮 绝对化承诺（ban）",
        "  − 0 违规行为 第 0 轮 绝对化承诺（ban）（规则封顶）",
        "  − 3 礼貌用语 问候语（open）",
        "坐席 乙 得分 0（不合格）：基础 100",
        "  − 10 服务禁语 第 2 轮 辱骂（rude）",
        "  -90 致命项",
    ]


def test_every_reason_has_a_name() -> None:
    """Each reason that judging and scoring give has its Chinese words, as have severities and channels."""
    assert (set(SEVERITY_NAMES), set(CHANNEL_NAMES)) == (set(SEVERITIES), {*CHANNELS, None})
    assert set(REASONS) == {"mask", "boundary", "allow", "unless", "certain", "part"}
    assert set(DEDUCTION_REASONS) == {"full", "once", "same words", "rule cap", "dimension cap"}


def test_a_band_below_the_points_says_why(told: Told) -> None:
    """Where the severity of a finding and not the points decide the band, the line of the score says so."""
    lines = told("客服甲：您好，笨蛋", "客户：在", "客服甲：再见", channel="call")
    (score,) = (line for line in lines if line.startswith("坐席"))
    assert score == "坐席 甲 得分 95（合格；有严重违规，最高为合格）：基础 100"
