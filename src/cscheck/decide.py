"""Deciding: the rules over a conversation, from judged matches to findings."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .condition import Condition, Outcome, apart, ask
from .finding import Points, failed, found, missing, nearest, searched, triggered
from .judge import Match, Run, Suppressed
from .model import SEVERITIES, Conversation, Finding, Satisfied, meets
from .plan import NotApplicable, Open, Plan, plan
from .positions import Within
from .program import Program
from .rule import Rule
from .scope import clauses
from .segment import Segmenter
from .view import View


class Verdict(NamedTuple):
    """All that was decided about one conversation. ``agents`` holds the agent of each turn's part."""

    view: View
    agents: tuple[str | None, ...]
    findings: tuple[Finding, ...]
    not_applicable: tuple[NotApplicable, ...]
    suppressed: tuple[Suppressed, ...] = ()
    satisfied: tuple[Satisfied, ...] = ()

    @property
    def conversation(self) -> Conversation:
        """The conversation that was judged."""
        return self.view.conversation


def decide(program: Program, view: View, segmenter: Segmenter, points: Points, trace: bool = False) -> Verdict:
    """Apply all rules to one conversation; suppressed candidates are kept with ``trace``."""
    known = plan(program, view.situation, view.opened)
    agents = view.agents
    not_applicable = known.tell(*_ends(view)) if known.not_applicable else ()
    findings = _missing(view, points, known.missing) if known.missing else []
    if not (view.candidates or known.open or view.opened & program.openings.unset):
        return Verdict(view, agents, tuple(findings), not_applicable)  # in the order of the rules
    book = _Book(program, view, segmenter, points, trace)
    book.judge(known)
    findings += book.findings
    not_applicable += tuple(book.not_applicable)
    if len(findings) > 1:
        last, order = len(agents), program.order
        findings.sort(
            key=lambda f: (last if f.turn_index is None else f.turn_index, f.start or 0, f.end or 0, order[f.rule_id])
        )
    return Verdict(view, agents, tuple(findings), not_applicable, tuple(book.run.suppressed), tuple(book.satisfied))


def _missing(view: View, points: Points, rules: Sequence[Rule]) -> list[Finding]:
    """The findings of required rules that are surely missing; rules of one scope were sought in the same turns."""
    places = {rule.scope: rule.scope.places(view) for rule in rules}
    evidence = {scope: searched(view, found) for scope, found in places.items()}
    return [missing(view, points, rule, places[rule.scope], evidence[rule.scope]) for rule in rules]


def _ends(view: View) -> tuple[str | None, str | None]:
    """The agents of the first and of the last agent turn: to them belongs what is not applicable."""
    agents = view.agents
    if view.scanned.batch.alone[view.index] is not None:
        return (agents[0], agents[0]) if agents else (None, None)
    spoken = view.spoken["agent"]
    return (agents[spoken[0]], agents[spoken[-1]]) if spoken else (agents[0], agents[0])


class _Taken(NamedTuple):
    """The words of a turn that a rule objects to: spans in order, which share nothing (see ``apart``)."""

    rule: Rule
    spans: list[tuple[int, int]]

    def add(self, match: Match) -> None:
        """Take the words of a match."""
        insort(self.spans, (match.start, match.end))

    def overlaps(self, match: Match) -> bool:
        """True where some of these words are words of the match."""
        at = bisect_left(self.spans, (match.end,))
        return at > 0 and match.start < self.spans[at - 1][1]

    def holds(self, match: Match) -> bool:
        """True where the match is a part of these words."""
        at = bisect_left(self.spans, (match.start + 1,))
        return at > 0 and match.end <= self.spans[at - 1][1]


class _Book:
    """Gathers the findings of one conversation."""

    def __init__(self, program: Program, view: View, segmenter: Segmenter, points: Points, trace: bool) -> None:
        self.program, self.view, self.points = program, view, points
        self.run = Run(
            view, program.numbers, program.lengths, program.trials, program.cues, program.cue_sets, segmenter, trace
        )
        self.found: list[tuple[Rule, Match, tuple[Match, ...]]] = []
        self.findings: list[Finding] = []
        self.not_applicable: list[NotApplicable] = []
        self.satisfied: list[Satisfied] = []
        self.known: dict[Condition, Outcome | None] = {}

    def judge(self, known: Plan) -> None:
        """Judge the candidates of the forbidden rules, and the required rules that the plan leaves open."""
        candidates = {index: set(places) for index, places in self.view.candidates.items()}
        for role, rules in self.program.watch.always.items():
            for index in rules:
                rule = self.program.rules[index]
                if not self.program.openings.shut(rule.when, rule.scope.speaker, self.view.opened):
                    candidates.setdefault(index, set()).update(self.view.spoken[role])
        for index in sorted(candidates):
            self._forbidden(self.program.rules[index], sorted(candidates[index]))
        self._settle()
        first, last = _ends(self.view)
        for one in known.open:
            reason, rule = self._required(one), one.rule
            if reason is not None:
                self.not_applicable.append(
                    NotApplicable(rule.id, reason, first if rule.scope.bound == "start" else last)
                )
        for failure in self.run.failures:
            self.findings.append(failed(self.view, failure))

    def _forbidden(self, rule: Rule, candidates: Sequence[int]) -> None:
        """Find a forbidden thing at the places where it may stand."""
        if not meets(rule.channel, self.view.channel):
            return
        if any(self.program.openings.shut(near, "any", self.view.opened) for near in rule.context):
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
                shown = (*outcome.context, *context)
                self.found += [(rule, match, shown) for match in apart(outcome.matches)]

    def _settle(self) -> None:
        """Make findings of what was found, each word wrong in one way only.

        Words that a rule, or a surer model, objects to are not suspected as well: a model knows a category by words
        that others share. Words that are but a part of what a rule of another category objects to (傻 in 你傻等着吧)
        are no offence of their own, unless theirs is the graver one, is fatal, or belongs to a nearer pack.
        """
        taken: defaultdict[int, dict[str, _Taken]] = defaultdict(dict)
        for rule, match, context in sorted(self.found, key=_precedence):
            reason = self._taken(rule, match, taken[match.place].values())
            if reason:
                self.run.rule_id = rule.id
                self.run.let_go(match, reason)
                continue
            taken[match.place].setdefault(rule.id, _Taken(rule, [])).add(match)
            self.findings.append(found(self.view, self.points, rule, match, context))

    def _taken(self, rule: Rule, match: Match, taken: Iterable[_Taken]) -> str | None:
        """Return why words are not charged to a rule: others take precedence there (see ``_settle``)."""
        order = self.program.order
        for one in taken:
            other = one.rule
            if SEVERITIES.index(other.severity) > SEVERITIES.index(rule.severity):
                continue
            if match.confidence < 1:
                if one.overlaps(match):
                    return "certain"
            elif (
                rule.category != other.category
                and other.fatal >= rule.fatal
                and (other.pack == rule.pack or order[other.id] < order[rule.id])
                and one.holds(match)
            ):
                return "part"
        return None

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
        near: list[Match] = []
        for condition in rule.context:
            beside = ask(condition, self.run, places)
            if beside is None:
                return None
            near += beside.context
        for excuse in rule.excuses:
            reason = ask(excuse, self.run, places)
            if reason is not None:
                shown = (*reason.matches, *reason.context)
                for match in outcome.matches:
                    self.run.let_go(match._replace(cues=()), "unless", shown[0] if shown else None)
                return None
        return tuple(near)

    def _required(self, open_: Open) -> str | None:
        """Find a required thing missing, or tell why it was not due."""
        run, rule = self.run, open_.rule
        run.rule_id = rule.id
        reason, triggers, places = self._due(open_)
        if reason is not None:
            return reason
        outcome = None
        misses: list[Suppressed] = []
        if open_.possible:
            run.trace, kept, mark = True, run.trace, len(run.suppressed)
            outcome = ask(rule.when, run, places, brief=rule.times == 1)
            run.trace = kept
            misses = run.suppressed[mark:]
            if not kept:
                del run.suppressed[mark:]
        if outcome is None or (rule.times > 1 and len(apart(outcome.matches)) < rule.times):
            view = self.view
            evidence = triggered(view, triggers) + searched(view, places) + nearest(view, misses)
            self.findings.append(missing(view, self.points, rule, places, evidence))
        else:
            said = outcome.matches[0].place if outcome.matches else places[-1]
            self.satisfied.append(Satisfied(rule.id, rule.category, self.view.agents[said]))
        return None

    def _due(self, open_: Open) -> tuple[str | None, tuple[Match, ...], list[int]]:
        """Return why the rule is not applicable (or None), what made it due, and the places to search."""
        view, rule = self.view, open_.rule
        for excuse in open_.excuses:
            if self._anywhere(excuse) is not None:
                return "excused", (), []
        triggers: tuple[Match, ...] = ()
        if rule.due is not None:
            due = self._anywhere(rule.due)
            if due is None:
                return "not due", (), []
            triggers = (*due.matches, *due.context)
        places = rule.scope.places(view)
        if rule.due is not None and rule.within is not None:
            every = ask(rule.due, self.run, view.spoken["any"], brief=False)
            origins = sorted({match.place for match in every.matches}) if every else []
            places = sorted({place for origin in origins for place in self._following(rule.within, origin, places)})
        return (None, triggers, places) if places else ("no turn to search", (), [])

    def _following(self, within: Within, origin: int, places: Sequence[int]) -> list[int]:
        """Those of the places that come after a trigger and near enough: the next so many of them, or in time."""
        later = [place for place in places if place > origin]
        if within.turns is not None:
            return later[: within.turns]
        return [place for place in later if within.reaches(self.view, origin, place)]

    def _anywhere(self, condition: Condition) -> Outcome | None:
        """Evaluate a condition over the whole conversation, once for all rules that share it."""
        if condition not in self.known:
            self.known[condition] = ask(condition, self.run, self.view.spoken["any"])
        return self.known[condition]


def _precedence(one: tuple[Rule, Match, tuple[Match, ...]]) -> tuple[float, int]:
    """What is sure comes first, and of that what says most."""
    return -one[1].confidence, one[1].start - one[1].end
