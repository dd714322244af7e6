"""Results as HTML for a notebook: every text is escaped, and the colours fit light and dark themes alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

import pyarrow as pa
import pyarrow.compute as pc

from .assess import Assessment, Assessor
from .excerpts import deductions
from .explain import NOT_DUE, SEVERITY_NAMES, score_lines, suppressed_line
from .marks import MATCHED, SEEN, Mark, runs
from .model import CHANNEL_NAMES, ROLE_NAMES, Finding
from .norms import load_norms

# Translucent grounds and inherited letters, so that they stand out on white and on black.
STYLES = {
    MATCHED: "background:rgba(220,38,38,.3);color:inherit;font-weight:bold",
    SEEN: "background:rgba(37,99,235,.25);color:inherit",
    "faint": "opacity:.65",
    "cell": "text-align:left;vertical-align:top;padding:2px 8px;white-space:pre-wrap",
}
COMMON_RULES = 5


# MathJax of a notebook must not take the amounts between two $ for a formula.
ROOT = '<div class="tex2jax_ignore mathjax_ignore">{}</div>'


class Html(str):
    """Text that is HTML already."""


def tag(name: str, *content: str, style: str = "") -> Html:
    """Return an element; content that is not ``Html`` is escaped."""
    inside = "".join(part if isinstance(part, Html) else escape(part) for part in content)
    return Html(f'<{name} style="{STYLES[style]}">{inside}</{name}>' if style else f"<{name}>{inside}</{name}>")


def marked(text: str, marks: Iterable[Mark]) -> Html:
    """Return a text with its marks."""
    pieces = (tag("mark", piece, style=style) if style else escape(piece) for piece, style in runs(text, marks))
    return Html("".join(pieces))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Html:
    head = tag("tr", *(tag("th", title, style="cell") for title in heads))
    body = (tag("tr", *(tag("td", cell, style="cell") for cell in row)) for row in rows)
    return tag("table", head, *body)


def checked_html(assessment: Assessment, assessor: Assessor) -> str:
    """Return one conversation: its turns with verdicts below, what was let go and what was not due, and the score."""
    verdict = assessment.verdict
    conversation = verdict.conversation
    titles = {rule.id: rule.title for rule in assessor.program.rules}
    shown = _Shown(assessment, assessor)
    scores = "、".join(
        f"{part.score.score / 100:g} 分{'（致命）' if part.score.fatal else ''}" for part in assessment.parts
    )
    head = f"会话 {conversation.conversation_id}（{CHANNEL_NAMES[conversation.channel]}）　{scores}"
    counted = f"　命中 {len(verdict.findings)}，放过 {len(verdict.suppressed)}，不适用 {len(verdict.not_applicable)}"
    missing = [shown.verdict(finding) for finding in verdict.findings if finding.turn_index is None]
    let_go = [suppressed_line(one, conversation, titles, assessor) for one in verdict.suppressed]
    not_due = [f"{titles[absent.rule_id]}：{NOT_DUE[absent.reason]}" for absent in verdict.not_applicable]
    sums = [line for part in assessment.parts for line in score_lines(part, assessor)]
    return _root(
        tag("div", tag("b", head), counted),
        _table(("轮次", "说话人", "内容"), shown.turns()),
        _listed("整通会话", missing),
        _folded("放过的（未命中及原因）", let_go),
        _folded("不适用的", not_due),
        _folded("得分怎么来", sums),
    )


def _root(*parts: Html) -> str:
    return ROOT.format("".join(parts))


def _listed(title: str, items: Sequence[str]) -> Html:
    return tag("div", tag("b", title), tag("ul", *(tag("li", item) for item in items))) if items else Html()


def _folded(title: str, lines: Sequence[str]) -> Html:
    if not lines:
        return Html()
    return tag("details", tag("summary", f"{title}（{len(lines)}）"), *(tag("div", x, style="faint") for x in lines))


class _Shown:
    """The findings of one assessed conversation as HTML."""

    def __init__(self, assessment: Assessment, assessor: Assessor) -> None:
        self.verdicts, self.assessor = assessment.verdict, assessor
        self.rules = {rule.id: rule for rule in assessor.program.rules}
        self.cost = deductions(assessment, assessor.scheme, assessor.categories)

    def turns(self) -> Iterator[Sequence[str]]:
        """Yield the rows of the transcript."""
        for turn in self.verdicts.conversation.turns:
            here = [finding for finding in self.verdicts.findings if finding.turn_index == turn.turn_index]
            marks = [mark for finding in here for mark in marks_of(finding)]
            below = (tag("div", "▸ ", self.verdict(finding)) for finding in here)
            yield str(turn.turn_index), ROLE_NAMES[turn.role], Html(marked(turn.text, marks) + "".join(below))

    def verdict(self, finding: Finding) -> Html:
        """Return one finding: category, rule, what it costs, norms and advice."""
        rule = self.rules[finding.rule_id]
        if finding.kind == "error":
            return tag("span", f"未能判定：{rule.title}（{rule.id}）：{finding.message}", style="faint")
        norms = "、".join(load_norms()[norm].title for norm in finding.norms)
        facts = f"{rule.id}，{SEVERITY_NAMES[rule.severity]}，扣 {self.cost.get(id(finding), 0):g} 分"
        facts += "，致命" if finding.fatal else ""
        return Html(
            tag("b", self.assessor.categories.of(rule.polarity)[rule.category].title)
            + tag("span", f"　{rule.title}　{rule.advice}")
            + tag("div", f"{facts}；规范：{norms}", style="faint")
        )


def marks_of(finding: Finding) -> Iterator[Mark]:
    """Yield the marks of a finding in its turn: what matched, and the cues and context that were seen."""
    for evidence in finding.evidence:
        if evidence.turn_index == finding.turn_index and evidence.start is not None and evidence.end is not None:
            yield Mark(evidence.start, evidence.end, SEEN)
    if finding.start is not None and finding.end is not None:
        yield Mark(finding.start, finding.end, MATCHED)


def scored_html(tables: Mapping[str, pa.Table], shown: Iterable[Assessment], assessor: Assessor) -> str:
    """Return a summary of result tables: counts, the rules that hit most, and the findings of some conversations.

    The mean is that of the agents and weeks: what holds no agent turn is not averaged, and told of.
    """
    titles = {rule.id: rule.title for rule in assessor.program.rules}
    findings, conversations = tables["findings"], tables["conversations"]
    judged = conversations.filter(pc.greater(conversations["agent_turns"], 0))
    number, spoken = (pc.count_distinct(table["conversation_id"]).as_py() for table in (conversations, judged))
    mean = f"，平均 {pc.mean(judged['score']).as_py():.1f} 分" if spoken else ""
    silent = f"（坐席一句没说的 {number - spoken} 通没有可评的，不计入平均）" if spoken < number else ""
    counts = (
        f"{number} 通会话{mean}{silent}；{len(findings)} 项命中，"
        f"{len(tables['agents'])} 名坐席，{len(tables['rejects'])} 行拒收"
    )
    common = Counter(findings["rule_id"].to_pylist()).most_common(COMMON_RULES)
    rows = [row for assessment in shown for row in _rows(assessment, assessor)]
    return _root(
        tag("div", tag("b", counts)),
        _table(("命中最多的规则", "规则ID", "次数"), [(titles[rule], rule, str(number)) for rule, number in common]),
        tag("div", f"前 {len(rows)} 项命中（共 {len(findings)} 项）"),
        _table(("会话", "轮次", "原话", "判定"), rows),
    )


def _rows(assessment: Assessment, assessor: Assessor) -> Iterator[Sequence[str]]:
    shown = _Shown(assessment, assessor)
    conversation = assessment.verdict.conversation
    texts = {turn.turn_index: turn.text for turn in conversation.turns}
    for finding in assessment.verdict.findings:
        missing = finding.turn_index is None
        words = "（应有而未见）" if missing else marked(texts[finding.turn_index or 0], marks_of(finding))
        turn = "" if missing else str(finding.turn_index)
        yield conversation.conversation_id, turn, words, shown.verdict(finding)
