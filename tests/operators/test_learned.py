"""``learned``: what a small model finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cscheck.learn import save_model
from cscheck.learn.features import grams
from cscheck.learn.model import assemble
from cscheck.model import Finding
from cscheck.normalize import fold_many

Matched = Callable[..., list[tuple[int | None, str | None]]]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model for which 打包 and 包票 speak for a promise, and 问问 against; it has no threshold for insults."""
    slots = np.array([grams(fold_many([pair]).codes).slots[1, 1] for pair in ("打包", "包票", "问问")], np.uint32)
    names = {"promise": {"slope": 0.1, "offset": -1.0, "threshold": 0.9}}
    names["insult"] = {"slope": 0.1, "offset": -1.0, "threshold": None}
    path = tmp_path_factory.mktemp("model") / "mine.npz"
    save_model(assemble({"categories": names}, slots, np.array([[30, 0], [25, 0], [-40, 0]], np.int8)), path)
    return path


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("行，我给您打包票。别的没有", ["我给您打包票"]),  # a sum of 55: the clause that decided
        ("我給您打包票", ["我給您打包票"]),
        ("我给您打包", []),  # 30: 0.88
        ("我给您打包票，再去问问", []),
        ("好的", []),
    ],
)
def test_found_from_the_threshold_on(matched: Matched, model: Path, text: str, found: list[str]) -> None:
    """A turn is found where the model's probability reaches the card's threshold."""
    assert matched(f"when: {{learned: promise, model: {model}}}", text) == [(0, words) for words in found]


def test_another_threshold(matched: Matched, model: Path) -> None:
    """``at`` stands for the card's threshold, also where that has none."""
    assert matched(f"when: {{learned: promise, at: 0.8, model: {model}}}", "我给您打包") == [(0, "我给您打包")]
    assert matched(f"when: {{learned: insult, at: 0.2, model: {model}}}", "我看，好") == [(0, "我看")]


def test_confidence_and_evidence(findings: Callable[..., tuple[Finding, ...]], model: Path) -> None:
    """A finding is as sure as the model, and shows the characters that decided."""
    (finding,) = findings(f"when: {{learned: promise, model: {model}}}", ["客户：行吗", "客服：行，给您打包票"])
    assert finding.confidence == 0.989
    assert [(one.kind, one.text, one.turn_index, one.start, one.end) for one in finding.evidence] == [
        ("literal", "打包票", 1, 4, 7)
    ]


def test_cues_veto_it(matched: Matched, model: Path) -> None:
    """A cue beside the words that decided excuses them."""
    rule = f"{{when: {{learned: promise, model: {model}}}, unless: [negated]}}"
    assert matched(rule, "我不能打包票") == []
    assert matched(rule, "不能说别的，我打包票") == [(0, "我打包票")]


def test_inside_other_conditions(matched: Matched, model: Path) -> None:
    """It combines as any condition."""
    rule = f"{{when: {{all: [{{learned: promise, model: {model}}}, {{phrases: [放心]}}]}}}}"
    assert matched(rule, "放心，打包票") == [(0, "打包票")]
    assert matched(rule, "打包票") == []


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("{learned: promise, at: 1.5, model: MODEL}", "P120"),
        ("{learned: insult, model: MODEL}", "P120"),
        ("{learned: prom, model: MODEL}", "P104"),
        ("{learned: promise, model: none.npz}", "P121"),
        ("{phrases: [好], at: 0.5}", "P115"),
    ],
)
def test_faulty(refused: Callable[..., list[tuple[str, str]]], model: Path, when: str, code: str) -> None:
    """An unknown category, a threshold that is no probability or is missing, and a missing model are faults."""
    assert [found for found, _ in refused(f"when: {when.replace('MODEL', str(model))}")] == [code]


def test_a_fatal_rule_cannot_rest_on_a_model(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """Only words may end a conversation at 0 points; a model beside them is refused too."""
    assert refused("{category: insult, fatal: true, when: {any: [{phrases: [滚]}, {learned: promise}]}}") == [
        ("P122", "rule 'rule.1': a fatal rule cannot rest on a model; take 'fatal' or 'learned' out")
    ]


def test_an_unknown_cue_is_refused(refused: Callable[..., list[tuple[str, str]]], model: Path) -> None:
    """A cue that no file defines is a fault here as beside phrases."""
    ((code, message),) = refused(f"when: {{learned: promise, model: {model}, unless: [negatd]}}")
    assert code == "P108"
    assert message.startswith("rule 'rule.1': unknown cue 'negatd' (known: ")
