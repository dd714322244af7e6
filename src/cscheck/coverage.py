"""Coverage: on which norms of the register rules stand, and why the other norms have none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

from .data import lexicons
from .norms import Norm
from .rule import Rule
from .source import Loader

# What a norm waits for that no rule stands on, by what a check would need: status and reason.
_WAITING = {
    "text": ("open", "文本里看得出，还没有规则"),
    "text+time": ("open", "文本加时间才看得出，还没有规则"),
    "partly": ("open", "文本里只有痕迹，还没有规则"),
    "metadata": ("unobservable", "要看振铃、挂机方一类数据，文本里看不出"),
    "cross-conversation": ("unobservable", "要把多次会话放在一起看"),
}


@dataclass(frozen=True, slots=True)
class NormCoverage:
    """The rules that name a norm (规范覆盖).

    ``status``: covered; advice (an encouraged norm, which never yields a finding); held (a rule would be possible, but
    the source does not carry it); open (no rule yet); unobservable (not in the talk of one conversation). ``reason``
    says in Chinese why there is no rule, and is empty where there is one.
    """

    id: str
    title: str
    rules: tuple[str, ...]
    status: str
    reason: str


def coverage(norms: Mapping[str, Norm], rules: Iterable[Rule]) -> tuple[NormCoverage, ...]:
    """Return for each norm, in the order of the register, which of the rules name it, or why none does."""
    named: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        for norm in rule.norms:
            named[norm].append(rule.id)
    held = load_held()
    return tuple(
        NormCoverage(norm.id, norm.title, tuple(named.get(norm.id, ())), *_status(norm, norm.id in named, held))
        for norm in norms.values()
    )


def load_held() -> dict[str, str]:
    """Return the norms that have no rule on purpose, with the reason in Chinese."""
    held: dict[str, str] = yaml.load((lexicons() / "held.yaml").read_bytes(), Loader=Loader)
    return held


def _status(norm: Norm, covered: bool, held: Mapping[str, str]) -> tuple[str, str]:
    if covered:
        return "covered", ""
    if norm.id in held:
        return "held", held[norm.id]
    if norm.polarity == "encouraged":
        return "advice", "鼓励的做法，只作建议，不产生命中"
    return _WAITING[norm.observable]
