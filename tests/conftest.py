"""What the tests of the core share: rules from a few lines of YAML, and conversations from a few lines of talk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import pytest
import yaml

from cscheck.batch import Batch
from cscheck.categories import load_categories
from cscheck.cues import load_cues
from cscheck.decide import Verdict, decide
from cscheck.errors import PackError
from cscheck.model import Conversation, Finding, Turn
from cscheck.norms import load_norms
from cscheck.pack import Library
from cscheck.program import compile_rules
from cscheck.rulefile import RuleReader
from cscheck.scan import scan
from cscheck.segment import Segmenter, default_segmenter
from cscheck.source import Faults, read_yaml
from cscheck.states import load_states
from cscheck.view import View

Talk = str | Sequence[str | Turn] | Conversation
SPEAKERS = {"客服": "agent", "客户": "customer", "机器人": "bot", "系统": "system"}
LINE = re.compile(r"(?:@([\d.]+) )?(客服|客户|机器人|系统)(\w*)：(.*)", re.DOTALL)
DEFAULTS: dict[str, Any] = {
    "title": "测试",
    "category": "promise",
    "severity": "major",
    "norms": ["banned.promise.absolute"],
    "advice": "换个说法",
    "examples": {"hit": ["⟦甲⟧", "⟦乙⟧"], "miss": ["丙", "丁"]},
}
CUES = """
- id: negated
  title: 否定
  cancelled_by: [double_negation]
  parts:
    - {side: before, window: 6, commas: 0, phrases: [不能, 没有, 不], except: [不好意思]}
- id: double_negation
  title: 双重否定
  parts:
    - {side: before, window: 6, commas: 0, phrases: [不能不, 不得不]}
- id: apologised
  title: 已致歉
  parts:
    - {side: anywhere, reach: near, near: 1, phrases: [抱歉]}
"""
STATES = """
- {id: complains, title: 投诉, when: {phrases: [投诉], speaker: customer}}
- {id: asks_nicely, title: 客气地问, when: {all: [{phrases: [请问]}, {phrases: [您]}]}}
- {id: asks_after_complaint, title: 投诉之后的客气话, when: {all: [{is: asks_nicely}, {after: {is: complains}}]}}
"""


def conversation(talk: Talk, channel: str | None = None, meta: Mapping[str, object] | None = None) -> Conversation:
    """Return a conversation: one text is one agent turn; lines are ``@12.5 客服小王：text`` or turns."""
    if isinstance(talk, Conversation):
        return talk
    turns = []
    for index, line in enumerate([f"客服：{talk}"] if isinstance(talk, str) else talk):
        if isinstance(line, Turn):
            turns.append(line)
            continue
        found = LINE.fullmatch(line)
        assert found, line
        start, speaker, agent, text = found.groups()
        turns.append(Turn(SPEAKERS[speaker], text, index, agent or None, float(start) if start else None))
    return Conversation("c", tuple(turns), channel, dict(meta or {}))


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache of the tests' own, empty when they begin: that of the user neither helps nor harms."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSCHECK_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def talk() -> Callable[..., Conversation]:
    """Build a conversation from lines of talk."""
    return conversation


@pytest.fixture(scope="session")
def segmenter() -> Segmenter:
    """The default segmenter, loaded once."""
    return default_segmenter()


@pytest.fixture(scope="session")
def view() -> Callable[..., View]:
    """Scan a conversation with no rules and return it as rules see it."""

    def viewed(talk: Talk, channel: str | None = None, meta: Mapping[str, object] | None = None) -> View:
        (seen,) = scan(compile_rules([], {}), Batch.of([conversation(talk, channel, meta)]))
        return seen

    return viewed


@pytest.fixture(scope="session")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Library]:
    """Read rules (YAML of one rule or of a list, absent keys filled in) and cues; all faults raise PackError.

    The rules know the cues given and no others, so that the shipped ones can change without changing these tests.
    """
    categories, norms = load_categories(), frozenset(load_norms())

    def loaded(rules: str, cues: str | None = None) -> Library:
        folder = tmp_path_factory.mktemp("pack")
        (folder / "cues").mkdir()
        (folder / "cues" / "cues.yaml").write_text(CUES if cues is None else cues, encoding="utf-8")
        given = yaml.safe_load(rules)
        filled = [
            {"id": f"rule.{number}", **rule, **deepcopy({key: DEFAULTS[key] for key in DEFAULTS if key not in rule})}
            for number, rule in enumerate(given if isinstance(given, list) else [given], 1)
        ]
        (folder / "rules.yaml").write_text(
            yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8"
        )
        faults = Faults([])
        (folder / "states").mkdir()
        (folder / "states" / "states.yaml").write_text(STATES, encoding="utf-8")
        known = load_cues(folder / "cues", faults)
        states = load_states([folder / "states"], known, faults)
        reader = RuleReader(faults, categories, norms, known)
        root = read_yaml(folder / "rules.yaml", faults, "rules.yaml")
        read = [reader.rule(node, "test") for node in root.items("a rule file")] if root else []
        if faults.problems:
            raise PackError(faults.problems)
        return Library((), tuple(rule for rule in read if rule), reader.cues, "", states)

    return loaded


@pytest.fixture(scope="session")
def refused(pack: Callable[..., Library]) -> Callable[..., list[tuple[str, str]]]:
    """Read rules that must be refused; return the code and message of each fault."""

    def faults(rules: str, cues: str | None = None) -> list[tuple[str, str]]:
        with pytest.raises(PackError) as caught:
            pack(rules, cues)
        return [(problem.code, problem.message) for problem in caught.value.problems]

    return faults


@pytest.fixture(scope="session")
def verdict(pack: Callable[..., Library], segmenter: Segmenter) -> Callable[..., Verdict]:
    """Decide the rules over one conversation and return the whole verdict, with what was suppressed.

    ``rules`` is YAML text as for ``pack``, or a loaded library.
    """

    def decided(
        rules: str | Library,
        talk: Talk,
        *,
        channel: str | None = None,
        meta: Mapping[str, object] | None = None,
        cues: str | None = None,
        trace: bool = True,
    ) -> Verdict:
        library = pack(rules, cues) if isinstance(rules, str) else rules
        program = compile_rules(library.rules, library.cues)
        (seen,) = scan(program, Batch.of([conversation(talk, channel, meta)]))
        return decide(program, seen, segmenter, lambda rule: rule.points or 0.0, trace)

    return decided


@pytest.fixture(scope="session")
def findings(verdict: Callable[..., Verdict]) -> Callable[..., tuple[Finding, ...]]:
    """Return the findings of the rules over one conversation."""

    def found(*given: Any, **options: Any) -> tuple[Finding, ...]:
        return verdict(*given, **options).findings

    return found


@pytest.fixture(scope="session")
def matched(findings: Callable[..., tuple[Finding, ...]]) -> Callable[..., list[tuple[int | None, str | None]]]:
    """Return for each finding its turn and the words it cuts out of the original text; (None, None) where missing."""

    def found(*given: Any, **options: Any) -> list[tuple[int | None, str | None]]:
        return [(finding.turn_index, finding.matched) for finding in findings(*given, **options)]

    return found
