"""Deciding: the rules over a conversation, from judged matches to findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from .condition import Condition, Outcome, apart, ask
from .judge import Match, Run, Suppressed
from .model import Conversation, Evidence, Finding
from .program import Program
from .rule import Rule
from .scope import clauses
from .segment import Segmenter
from .view import View

YES = ("true", "1", "yes", "y", "是")  # a flag in the metadata, as JSON or as text


class NotApplicable(NamedTuple):
    """A required rule that was not due, why, and the agent whose part it belongs to."""

    rule_id: str
    reason: str
    agent_id: str | None


class Verdict(NamedTuple):
    """All that was decided about one conversation. ``agents`` holds the agent of each turn's part."""

    conversation: Conversation
    agents: tuple[str | None, ...]
    findings: tuple[Finding, ...]
    not_applicable: tuple[NotApplicable, ...]
    suppressed: tuple[Suppressed, ...] = ()


def agents_of(conversation: Conversation) -> tuple[str | None, ...]:
    """Return for each turn the agent in whose part it lies.

    The part of an agent begins with its first turn; what stands before the first agent turn belongs to that agent.
    Agent turns without an id continue the agent before them.
    """
    known = [turn.agent_id if turn.role == "agent" else None for turn in conversation.turns]
    present = [agent for agent in dict.fromkeys(known) if agent]
    if len(present) == 1:
        return (present[0],) * len(known)
    current = present[0] if present else None
    if current is None:
        given = conversation.meta.get("agent_id")
        return (str(given) if given else None,) * len(known)
    parts = []
    for agent in known:
        current = agent or current
        parts.append(current)
    return tuple(parts)


def decide(
    program: Program, view: View, segmenter: Segmenter, points: Callable[[Rule], float], trace: bool = False
) -> Verdict:
    """Apply all rules to one conversation; suppressed candidates are kept with ``trace``."""
    run = Run(view, program.numbers, program.lengths, program.bits, program.cues, segmenter, trace)
    agents = agents_of(view.conversation)
    book = _Book(program, view, run, agents, points)
    for index, places in sorted(_candidates(program, view).items()):
        book.forbidden(program.rules[index], places)
    not_applicable = [na for index in program.required if (na := book.required(program.rules[index]))]
    for failure in run.failures:
        book.failed(failure.rule_id, failure.place, failure.message)
    if len(book.findings) > 1:
        last = len(view.turns)
        book.findings.sort(
            key=lambda f: (
                last if f.turn_index is None else f.turn_index,
                f.start or 0,
                f.end or 0,
                program.order[f.rule_id],
            )
        )
    return Verdict(view.conversation, agents, tuple(book.findings), tuple(not_applicable), tuple(run.suppressed))


def _candidates(program: Program, view: View) -> dict[int, list[int]]:
    """The places at which each forbidden rule must be tried: where a phrase stands or a pattern may match."""
    found: dict[int, list[int]] = {}
    owners = program.owners
    for role, (by_phrase, by_test, bits, always) in program.watches.items():
        if not (by_phrase or by_test or always):
            continue
        for place in view.spoken[role]:
            passed = view.passed(place) & bits
            hits = view.hits.get(place, ())
            if not (passed or hits or always):
                continue
            opened = set(always)
            for number in hits:
                opened.update(by_phrase.get(number, ()))
            while passed:
                bit = passed & -passed
                passed ^= bit
                test = owners[bit.bit_length() - 1]
                if test is not None and view.tried(place, bit, test):
                    opened.update(by_test[bit])
            for index in opened:
                found.setdefault(index, []).append(place)
    return found


class _Book:
    """Gathers the findings of one conversation."""

    def __init__(
        self, program: Program, view: View, run: Run, agents: tuple[str | None, ...], points: Callable[[Rule], float]
    ) -> None:
        self.program, self.view, self.run, self.agents, self.points = program, view, run, agents, points
        self.findings: list[Finding] = []
        self.known: dict[Condition, Outcome | None] = {}
        spoken = view.spoken["agent"]
        # the agents of the last and of the first agent turn: to them belongs what is not applicable
        self.ends = (agents[spoken[-1]], agents[spoken[0]]) if spoken else (agents[0] if agents else None,) * 2
        self.excerpt = str(view.conversation.meta.get("excerpt", "")).strip().lower() in YES

    def forbidden(self, rule: Rule, candidates: Sequence[int]) -> None:
        """Find a forbidden thing at the places where it may stand."""
        if rule.channel and self.view.conversation.channel not in (None, rule.channel):
            return
        self.run.rule_id = rule.id
        for places, clause in self._units(rule, rule.scope.keep(self.view, candidates)):
            self.run.clause = clause
            outcome = rule.when.find(self.run, places)
            self.run.clause = None
            if outcome is None or not outcome.matches or len(apart(outcome.matches)) < rule.times:
                continue
            context = self._context(rule, outcome)
            if context is not None:
                for match in apart(outcome.matches):
                    self._found(rule, match, (*outcome.context, *context))

    def _units(self, rule: Rule, places: list[int]) -> list[tuple[list[int], tuple[int, int] | None]]:
        view = self.view
        match rule.unit:
            case "turn":
                return [([place], None) for place in places]
            case "clause":
                return [([place], clause) for place in places for clause in clauses(view.text(place))]
            case "burst":
                bursts = dict.fromkeys(tuple(view.burst(place)) for place in places)
                return [(rule.scope.keep(view, burst), None) for burst in bursts]
            case _:
                return [(rule.scope.places(view), None)] if places else []

    def _context(self, rule: Rule, outcome: Outcome) -> tuple[Match, ...] | None:
        """The matches of other turns that the rule asks for; None where they are missing or an excuse holds."""
        places = sorted({match.place for match in outcome.matches})
        found: list[Match] = []
        for condition in rule.context:
            near = ask(condition, self.run, places)
            if near is None:
                return None
            found += near.context
        for excuse in rule.excuses:
            reason = ask(excuse, self.run, places)
            if reason is not None:
                shown = (*reason.matches, *reason.context)
                for match in outcome.matches:
                    self.run.let_go(match._replace(cues=()), "unless", shown[0] if shown else None)
                return None
        return tuple(found)

    def required(self, rule: Rule) -> NotApplicable | None:
        """Find a required thing missing, or tell why it was not due."""
        run = self.run
        run.rule_id = rule.id
        reason, triggers, places = self._due(rule)
        if reason is not None:
            return NotApplicable(rule.id, reason, self.ends[rule.scope.bound == "start"])
        outcome = None
        misses: list[Suppressed] = []
        if self._possible(rule.when):
            run.trace, kept, mark = True, run.trace, len(run.suppressed)
            outcome = ask(rule.when, run, places, brief=rule.times == 1)
            run.trace = kept
            misses = run.suppressed[mark:]
            if not kept:
                del run.suppressed[mark:]
        if outcome is None or (rule.times > 1 and len(apart(outcome.matches)) < rule.times):
            self._missing(rule, triggers, places, misses)
        return None

    def _due(self, rule: Rule) -> tuple[str | None, tuple[Match, ...], list[int]]:
        """Return why the rule is not applicable (or None), what made it due, and the places to search."""
        view = self.view
        if rule.channel and view.conversation.channel != rule.channel:
            return f"only in channel {rule.channel}", (), []
        if not view.spoken["agent"]:
            return "no agent turn", (), []
        bound = rule.scope.bound
        if bound and self.excerpt:
            return "the transcript is an excerpt", (), []
        if bound == "start" and view.turns[0].turn_index > 1:  # exports number their turns from 0 or from 1
            return "the opening is not in the transcript", (), []
        if rule.excuses and any(self._anywhere(excuse) is not None for excuse in rule.excuses):
            return "excused", (), []
        triggers: tuple[Match, ...] = ()
        if rule.due is not None:
            due = self._anywhere(rule.due)
            if due is None:
                return "not due", (), []
            triggers = (*due.matches, *due.context)
        places = rule.scope.places(view)
        if rule.within is not None and triggers:
            origin = min(match.place for match in triggers)
            places = [place for place in places if place > origin]
            if rule.within.turns is not None:
                places = places[: rule.within.turns]
            else:
                places = [place for place in places if rule.within.reaches(view, origin, place)]
        return (None, triggers, places) if places else ("no turn to search", (), [])

    def _anywhere(self, condition: Condition) -> Outcome | None:
        """Evaluate a condition over the whole conversation, once for all rules that share it."""
        if not self._possible(condition):
            return None
        if condition not in self.known:
            self.known[condition] = ask(condition, self.run, self.view.spoken["any"])
        return self.known[condition]

    def _possible(self, condition: Condition) -> bool:
        """False where nothing stands in the conversation that the condition needs."""
        opening = self.program.openings.get(condition)
        if opening is None:
            return True
        return bool(self.view.passed_anywhere & opening.bits) or not opening.phrases.isdisjoint(self.view.present)

    def _found(self, rule: Rule, match: Match, context: Sequence[Match]) -> None:
        view = self.view
        turn = view.turns[match.place]
        start, end = view.original_span(match.place, match.start, match.end)
        literals = match.literals or ((match.start, match.end),)
        evidence = [self._evidence("literal", "", match.place, *span) for span in literals]
        evidence += [self._evidence("cue", cue.cue, cue.place, cue.start, cue.end) for cue in match.cues]
        evidence += [self._evidence("context", "", other.place, other.start, other.end) for other in context]
        self._add(rule, self.agents[match.place], evidence, turn.turn_index, start, end, turn.text[start:end])

    def _missing(self, rule: Rule, triggers: Sequence[Match], places: list[int], misses: Sequence[Suppressed]) -> None:
        view = self.view
        evidence = [self._evidence("trigger", "", match.place, match.start, match.end) for match in triggers]
        evidence += [Evidence("searched", "", "", view.turns[place].turn_index, None, None) for place in places]
        evidence += [
            self._evidence("nearest", miss.reason, miss.match.place, miss.match.start, miss.match.end)
            for miss in misses[:1]
        ]
        agent = self.agents[places[0] if rule.scope.bound == "start" else places[-1]]
        self._add(rule, agent, evidence)

    def _evidence(self, kind: str, name: str, place: int, start: int, end: int) -> Evidence:
        turn = self.view.turns[place]
        low, high = self.view.original_span(place, start, end)
        return Evidence(kind, name, turn.text[low:high], turn.turn_index, low, high)

    def _add(
        self,
        rule: Rule,
        agent: str | None,
        evidence: list[Evidence],
        turn_index: int | None = None,
        start: int | None = None,
        end: int | None = None,
        matched: str | None = None,
    ) -> None:
        missing = "" if rule.polarity == "forbidden" else "缺少"
        self.findings.append(
            Finding(
                "finding",
                self.view.conversation.conversation_id,
                agent,
                turn_index,
                rule.id,
                rule.category,
                rule.polarity,
                rule.severity,
                self.points(rule),
                1.0,
                start,
                end,
                matched,
                f"{missing}{rule.title}：{rule.advice}",
                rule.norms,
                tuple(evidence),
                rule.fatal,
            )
        )

    def failed(self, rule_id: str, place: int, message: str) -> None:
        """Keep a rule that ran out of time as an error: it is neither a finding nor a clean sheet."""
        turn = self.view.turns[place]
        self.findings.append(
            Finding(
                "error",
                self.view.conversation.conversation_id,
                self.agents[place],
                turn.turn_index,
                rule_id,
                None,
                None,
                None,
                None,
                0.0,
                None,
                None,
                None,
                message,
                (),
                (),
            )
        )
