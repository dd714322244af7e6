"""Explaining (解释): one conversation, told turn by turn, with all that was let go and the score's arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

from .assess import Assessment, Assessor, Part
from .condition import Condition
from .judge import Suppressed
from .model import CHANNEL_NAMES, ROLE_NAMES, Conversation, Evidence, Finding
from .normalize import fold
from .operators import Neighbour, Not, Silence
from .operators.silence import silence_before
from .rule import Rule
from .scheme import Scheme
from .score import award, decompose
from .view import View

SEVERITY_NAMES = {"critical": "严重", "major": "重要", "minor": "一般"}
REASONS = {
    "mask": "落在占位符里",
    "boundary": "不在词的边界上",
    "allow": "属于允许的词",
    "unless": "上下文免责",
    "certain": "同一处已有更确定的判定",
    "part": "已含在另一条判定里",
}
EVIDENCE_NAMES = {
    "literal": "依据的词",
    "cue": "见到但不免责",
    "context": "上下文",
    "trigger": "触发",
    "searched": "查找范围",
    "nearest": "最接近的一处",
    "sound": "按读音理解为",
    "shape": "还原写法为",
    "wording": "按港台用语理解为",
}
READ = ("sound", "shape", "wording")  # evidence whose name is what was read
DEDUCTION_REASONS = {
    "full": "",
    "once": "（同一规则只扣一次）",
    "same words": "（同一处同类只扣一次）",
    "rule cap": "（规则封顶）",
    "dimension cap": "（维度封顶）",
}
NOT_DUE = {
    "not due": "未触发",
    "no agent turn": "没有坐席话轮",
    "the transcript is an excerpt": "只是会话节选",
    "the opening is not in the transcript": "记录不含开场",
    "excused": "有免除情形",
    "no turn to search": "没有可查的话轮",
    "only in channel call": "仅适用于电话",
    "only in channel chat": "仅适用于在线会话",
}


def explain(assessment: Assessment, assessor: Assessor) -> str:
    """Return the explanation of one assessed conversation as plain Chinese text, one line a fact."""
    return "\n".join(_lines(assessment, assessor))


def _lines(assessment: Assessment, assessor: Assessor) -> Iterator[str]:
    verdict = assessment.verdict
    conversation = verdict.conversation
    rules = {rule.id: rule for rule in assessor.program.rules}
    titles = {rule_id: rule.title for rule_id, rule in rules.items()}
    yield f"会话 {conversation.conversation_id}（{CHANNEL_NAMES[conversation.channel]}）"
    for turn in conversation.turns:
        yield f"  {turn.turn_index:>3} {ROLE_NAMES[turn.role]}：{_marked(turn.text, turn.turn_index, verdict.findings)}"
    yield f"命中 {sum(f.kind == 'finding' for f in verdict.findings)} 项"
    for finding in verdict.findings:
        yield from _finding(finding, rules[finding.rule_id], assessor, verdict.view)
    yield f"放过 {len(verdict.suppressed)} 处"
    for one in verdict.suppressed:
        yield suppressed_line(one, conversation, titles, assessor)
    yield f"不适用 {len(verdict.not_applicable)} 项"
    for absent in verdict.not_applicable:
        yield f"  {titles[absent.rule_id]}（{absent.rule_id}）：{NOT_DUE[absent.reason]}"
    for part in assessment.parts:
        yield from score_lines(part, assessor)


def _marked(text: str, turn_index: int, findings: tuple[Finding, ...]) -> str:
    spans = sorted(
        {(f.start, f.end) for f in findings if f.turn_index == turn_index and f.start is not None}, reverse=True
    )
    done = len(text) + 1
    for start, end in spans:
        if end is not None and start is not None and end <= done:
            text = f"{text[:start]}⟦{text[start:end]}⟧{text[end:]}"
            done = start
    return text


def _finding(finding: Finding, rule: Rule, assessor: Assessor, view: View) -> Iterator[str]:
    where = "整通会话" if finding.turn_index is None else f"第 {finding.turn_index} 轮"
    if finding.kind == "error":
        yield f"  [错误] {where} {rule.title}（{finding.rule_id}）未能判定：{finding.message}"
        return
    if finding.matched is not None:
        where += f" “{finding.matched}”"
    category = assessor.categories.of(finding.polarity)[finding.category or ""].title
    severity = SEVERITY_NAMES[finding.severity or ""]
    yield f"  [{category}] {where} {finding.message}"
    yield (
        f"      规则 {finding.rule_id}，规范 {'、'.join(finding.norms)}，{severity}，扣 {finding.points:g} 分"
        + ("，致命" if finding.fatal else "")
    )
    waited = _waited(rule.when, finding.turn_index, finding.matched, view)
    if waited:
        yield f"      {waited}"
    searched = [str(e.turn_index) for e in finding.evidence if e.kind == "searched"]
    for evidence in finding.evidence:
        if evidence.kind != "searched" and not _repeats(evidence, finding):
            silence = _silence(evidence, rule, view)
            yield (
                f"      {EVIDENCE_NAMES['trigger']}：{silence}" if silence else f"      {_evidence(evidence, assessor)}"
            )
    if searched:
        yield f"      查找了第 {'、'.join(searched)} 轮"


def _repeats(evidence: Evidence, finding: Finding) -> bool:
    """True for words that say nothing beside those of the finding: the same, or a single character of a pattern."""
    return evidence.kind == "literal" and (len(evidence.text) < 2 or evidence.text == finding.matched)


def _silence(evidence: Evidence, rule: Rule, view: View) -> str | None:
    """Return how long nobody spoke, where that made the rule due: the evidence is then the whole turn after it."""
    if evidence.kind != "trigger":
        return None
    return _waited(rule.due, evidence.turn_index, evidence.text, view)


def _waited(condition: Condition | None, number: int | None, text: str | None, view: View) -> str | None:
    """Return how long nobody spoke before a turn, where a condition found the whole turn for that."""
    least = min((silence.seconds for silence in _silences(condition)), default=None) if condition else None
    if least is None or number is None:
        return None
    place = view.numbers.index(number)
    seconds = silence_before(view, place)
    if seconds is None or seconds <= least or text != view.original(place):
        return None
    sure = "至少" if view.scanned.batch.vague[view.index] else ""  # times to the minute
    return f"第 {number} 轮之前沉默{sure} {seconds:.0f} 秒"


def why_due(finding: Finding, rule: Rule, view: View) -> str:
    """Return what made a required thing due that is missing; empty where it always is."""
    triggers = [evidence for evidence in finding.evidence if evidence.kind == "trigger"]
    told = (_silence(one, rule, view) or f"第 {one.turn_index} 轮“{one.text}”" for one in triggers)
    return "、".join(dict.fromkeys(told))


def _silences(condition: Condition) -> Iterator[Silence]:
    """Yield the silences whose turn itself is what a condition finds; those of other turns are not."""
    if isinstance(condition, Silence):
        yield condition
    elif not isinstance(condition, Not | Neighbour):
        for child in condition.children():
            yield from _silences(child)


def _evidence(evidence: Evidence, assessor: Assessor) -> str:
    if evidence.kind in READ:
        return f"{EVIDENCE_NAMES[evidence.kind]}“{evidence.name}”：第 {evidence.turn_index} 轮 “{evidence.text}”"
    name = f"，{_reason(evidence.name, assessor)}" if evidence.name else ""
    return f"{EVIDENCE_NAMES[evidence.kind]}{name}：第 {evidence.turn_index} 轮 “{evidence.text}”"


def _reason(name: str, assessor: Assessor) -> str:
    """Return why a candidate was let go, or the cue of this name."""
    cue = assessor.program.cues.get(name)
    return f"线索“{cue.title}”（{name}）" if cue else REASONS[name]


def suppressed_line(one: Suppressed, conversation: Conversation, titles: dict[str, str], assessor: Assessor) -> str:
    """Return one line that tells what was let go, and why; ``titles`` are those of the rules by id."""
    turn = conversation.turns[one.match.place]
    start, end = fold(turn.text).span(one.match.start, one.match.end)
    reason = _reason(one.reason, assessor)
    if one.cue is not None and one.cue.place < len(conversation.turns):
        other = conversation.turns[one.cue.place]
        low, high = fold(other.text).span(one.cue.start, one.cue.end)
        where = "" if other is turn else f"（第 {other.turn_index} 轮）"
        reason += f" “{other.text[low:high]}”{where}"
    return f"  第 {turn.turn_index} 轮 “{turn.text[start:end]}” {titles[one.rule_id]}（{one.rule_id}）：{reason}"


def band_reason(score: int, band: str | None, scheme: Scheme) -> str:
    """Return what keeps a score (in hundredths) in a band below the one its points reach; empty where nothing does."""
    severities = "或".join(SEVERITY_NAMES[severity] for severity in scheme.capped_by(score, band))
    return f"有{severities}违规，最高为{band}" if severities else ""


def score_lines(part: Part, assessor: Assessor) -> Iterator[str]:
    """Yield the arithmetic of a part's score, a line for each term."""
    score = part.score
    why = band_reason(score.score, score.band, assessor.scheme)
    band = f"（{'；'.join(filter(None, (score.band, why)))}）" if score.band and part.agent_turns else ""
    yield f"坐席 {part.agent_id or '（未知）'} 得分 {score.score / 100:g}{band}：基础 {score.base / 100:g}"
    for deduction in decompose(part.findings, assessor.scheme, assessor.categories):
        if not deduction.nominal:
            continue  # by the scheme it costs nothing, and so is no part of the sum
        reason = DEDUCTION_REASONS[deduction.reason]
        title = assessor.categories.dimensions[deduction.dimension]
        turn = deduction.finding.turn_index
        where = "" if turn is None else f"第 {turn} 轮 "
        yield f"  − {deduction.deducted / 100:g} {title} {where}{_named(deduction.finding.rule_id, assessor)}{reason}"
    for one in award(part.satisfied, part.findings, assessor.scheme):
        what = _named(one.satisfied.rule_id, assessor) if one.satisfied else "没有应做的项目，给满"
        yield f"  + {one.awarded / 100:g} 加分 {what}"
    for label, amount in (("回到 0–100", score.clamp_adjust), ("致命项", score.fatal_adjust)):
        if amount:
            yield f"  {amount / 100:+g} {label}"


def _named(rule_id: str, assessor: Assessor) -> str:
    """Return a rule by its title and id."""
    rules, order = assessor.program.rules, assessor.program.order
    return f"{rules[order[rule_id]].title}（{rule_id}）"
