"""Self-test: the examples inside rules and cues, run as the rule says they come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .batch import Batch
from .cues import Cue
from .decide import Verdict, decide
from .errors import Problem
from .judge import Standards
from .model import Conversation, Turn
from .positions import Scope
from .program import Program, compile_rules, vocabulary
from .repair import compile_repairs
from .rule import Example, Rule
from .scan import scan
from .scope import find_cue
from .segment import Segmenter, default_segmenter
from .states import StateFile
from .view import View


@dataclass(frozen=True)
class TestReport:
    """How many examples were run, those that came out wrong, and the known misses that are still missed."""

    __test__ = False  # not a test class, whatever its name tells pytest

    examples: int
    problems: tuple[Problem, ...]
    known_misses: tuple[Problem, ...]


def selftest(rules: Iterable[Rule], cues: Mapping[str, Cue], segmenter: Segmenter | None = None) -> TestReport:
    """Run the examples of all rules, each rule alone.

    A ``hit`` must yield a finding of this rule, with exactly the marked spans where some are marked; a ``miss``
    none. A ``known_miss`` that is caught is a problem too: it has become a hit and should be moved there.
    """
    segmenter = segmenter or default_segmenter()
    count, wrong, known = 0, [], []
    rules = list(rules)
    repairs = compile_repairs(vocabulary(rules, cues))
    for rule in rules:
        program = compile_rules([rule], cues, repairs)
        for example in rule.examples:
            count += 1
            message = _outcome(rule, example, program, segmenter)
            if message:
                wrong.append(Problem(rule.path, example.line, 0, "P301", f"rule {rule.id!r}: {message}"))
            elif example.kind == "known_miss":
                known.append(Problem(rule.path, example.line, 0, "P302", f"rule {rule.id!r}: {example.text}"))
    return TestReport(count, tuple(wrong), tuple(known))


def judge_example(rule: Rule, example: Example, program: Program, segmenter: Segmenter) -> Verdict:
    """Return the verdict on one example, with what was suppressed; its channel is the rule's where it names none."""
    conversation = Conversation("example", example.turns, example.channel or rule.channel)
    (view,) = scan(program, Batch.of([conversation]))
    return decide(program, view, segmenter, lambda _: 0.0, trace=True)


def _outcome(rule: Rule, example: Example, program: Program, segmenter: Segmenter) -> str | None:
    verdict = judge_example(rule, example, program, segmenter)
    errors = [finding.message for finding in verdict.findings if finding.kind == "error"]
    if errors:
        return f"{errors[0]}: {example.text!r}"
    found = [(f.turn_index, f.start, f.end) for f in verdict.findings]
    if example.kind == "known_miss":
        return f"the known miss is caught now, move it to hit: {example.text!r}" if found else None
    if example.kind == "miss":
        shown = "、".join(f.matched or "(missing)" for f in verdict.findings)
        return f"a miss example is hit at {shown}: {example.text!r}" if found else None
    if not found:
        why = "; ".join(dict.fromkeys(f"{s.reason} let go" for s in verdict.suppressed)) or "nothing matched"
        due = "; ".join(f"not applicable ({na.reason})" for na in verdict.not_applicable)
        return f"a hit example is not hit ({due or why}{_read(verdict.view)}): {example.text!r}"
    if example.spans and found != list(example.spans):
        shown = "、".join(f"{f.matched}" for f in verdict.findings)
        return f"a hit example is found at {shown!r}, not where it is marked: {example.text!r}"
    return None


def _read(view: View) -> str:
    """Tell what was read otherwise than written: rules must name what is read."""
    readings = [
        f"{view.original(place)[slice(*view.original_span(place, one.start, one.end))]!r} is read as {one.text!r}"
        for place in range(len(view.roles))
        for one in view.readings(place, 0, len(view.text(place)))
    ]
    return "".join(f"; {one}, and so a rule must name it" for one in readings)


def selftest_states(
    states: Iterable[StateFile], cues: Mapping[str, Cue], segmenter: Segmenter | None = None
) -> tuple[Problem, ...]:
    """Run the examples of states as if each were a rule on every speaker: a ``hit`` is in the state, a ``miss`` not."""
    rules = [
        Rule(
            id=state.id,
            title=state.title,
            category="",
            polarity="forbidden",
            severity="minor",
            norms=(),
            advice="",
            channel=None,
            scope=Scope(),
            unit="turn",
            when=state.condition,
            context=(),
            excuses=(),
            due=None,
            within=None,
            times=1,
            points=None,
            fatal=False,
            standards=Standards(),
            examples=state.examples,
            pack="",
            path=state.path,
            line=state.line,
        )
        for state in states
    ]
    problems = selftest(rules, cues, segmenter).problems
    return tuple(replace(problem, message=problem.message.replace("rule", "state", 1)) for problem in problems)


def selftest_cues(cues: Mapping[str, Cue], tested: Iterable[Cue] | None = None) -> tuple[Problem, ...]:
    """Run the examples of the cues: ``hit`` where the cue must act on the marked word, ``miss`` where it must not.

    Where only some of the cues are ``tested``, the others may still cancel them.
    """
    wrong = []
    nothing = compile_rules([], cues)
    for cue in cues.values() if tested is None else tested:
        for is_hit, text, line in cue.examples:
            low, high = text.index("⟦"), text.index("⟧") - 1
            plain = text.replace("⟦", "").replace("⟧", "")
            (view,) = scan(nothing, Batch.of([Conversation("example", (Turn("agent", plain),))]))
            seen = find_cue(view, cue, 0, low, high)
            stronger = [c for c in cue.cancelled_by if seen and find_cue(view, cues[c], 0, low, high)]
            if bool(seen and not stronger) != is_hit:
                verb = "does not act" if is_hit else "acts"
                message = f"cue {cue.id!r} {verb} on the marked word: {text!r}"
                wrong.append(Problem(cue.path, line, 0, "P303", message))
    return tuple(wrong)
