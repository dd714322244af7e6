"""A scheme (评分方案): how many points each finding costs, and where the cost stops.

Amounts are written as points with at most two decimals and held as whole hundredths of a point, so that every sum
is exact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from .categories import POLARITIES, Categories, load_categories
from .data import lexicons
from .errors import PackError, Problem
from .model import SEVERITIES
from .source import Faults, Node, guess, read_yaml

T = TypeVar("T")
FULL = 100_00
REPEATS = ("once", "per_hit")
KEYS = (
    "title", "base", "fatal_score", "enough_conversations", "severity_points", "repeat",
    "rule_cap_hits", "dimension_caps", "categories", "rules",
)  # fmt: skip
OVERRIDE_KEYS = ("points", "repeat", "cap")


@dataclass(frozen=True)
class Override:
    """What a scheme says about one rule or one category; None where it says nothing. Amounts in hundredths."""

    points: int | None = None
    repeat: str | None = None
    cap: int | None = None


NOTHING = Override()


@dataclass(frozen=True)
class Scheme:
    """One scheme; all amounts in hundredths of a point.

    ``base`` is what a conversation starts with, ``fatal_score`` what it has at most after a fatal finding (致命).
    ``repeat`` says per polarity whether a rule costs once or per hit; ``rule_cap_hits`` how many hits of one rule
    cost at most (None: all); ``dimension_caps`` what a dimension costs at most (not named: the full 100 points).
    ``categories`` (by polarity and category) and ``rules`` (by rule id) override points, repeat and cap one by one.
    ``enough_conversations`` is the number from which an agent's figures count as ``enough_data``;
    ``digest`` is the hash of the file.
    """

    id: str
    title: str
    severity_points: Mapping[str, int]
    repeat: Mapping[str, str]
    dimension_caps: Mapping[str, int]
    categories: Mapping[tuple[str, str], Override]
    rules: Mapping[str, Override]
    base: int = FULL
    fatal_score: int = 0
    rule_cap_hits: int | None = None
    enough_conversations: int = 30
    digest: str = field(default="", compare=False)

    def points_of(
        self, rule_id: str, category: str | None, polarity: str | None, severity: str | None, points: float | None
    ) -> int:
        """Return the nominal points of one finding, in hundredths.

        The first that speaks decides: the scheme on the rule, the scheme on the category, the rule's own ``points``
        (to the nearest hundredth), the scheme on the severity.

        Raises:
            KeyError: nothing speaks and the severity is unknown (a rule that was loaded has a known one).
        """
        of_rule, of_category = self._overrides(rule_id, polarity, category)
        if of_rule.points is not None:
            return of_rule.points
        if of_category.points is not None:
            return of_category.points
        return round(points * 100) if points is not None else self.severity_points[severity or ""]

    def limit_of(
        self, rule_id: str, category: str | None, polarity: str | None, nominal: int
    ) -> tuple[int | None, str]:
        """Return what one rule may cost in one conversation (None: no limit) and why: ``once`` or ``rule cap``."""
        of_rule, of_category = self._overrides(rule_id, polarity, category)
        cap = of_rule.cap if of_rule.cap is not None else of_category.cap
        if (of_rule.repeat or of_category.repeat or self.repeat.get(polarity or "", "per_hit")) == "once":
            return (nominal, "once") if cap is None or cap >= nominal else (cap, "rule cap")
        if cap is None and self.rule_cap_hits is not None:
            cap = self.rule_cap_hits * nominal
        return cap, "rule cap"

    def _overrides(self, rule_id: str, polarity: str | None, category: str | None) -> tuple[Override, Override]:
        return self.rules.get(rule_id, NOTHING), self.categories.get((polarity or "", category or ""), NOTHING)


def load_scheme(
    name_or_path: str, categories: Categories | None = None, rules: Collection[str] | None = None
) -> Scheme:
    """Return a shipped scheme by its name (``standard``) or any other by the path of its YAML file.

    Where the ids of the ``rules`` are given, to override any other is a fault: its price would never be asked for.

    Raises:
        PackError: no such scheme (the known ones are named), or the file is at fault (all faults are named).
    """
    folder = lexicons() / "schemes"
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    faults = Faults([])
    if name_or_path in known:
        path = folder / f"{name_or_path}.yaml"
        root = read_yaml(path, faults, f"schemes/{path.name}")
    elif (path := Path(name_or_path)).suffix in (".yaml", ".yml") or path.is_file():
        root = read_yaml(path, faults)
    else:
        near = guess(name_or_path, known)
        message = f"no such scheme (known: {', '.join(known)}{near}); for your own give the path of its .yaml file"
        raise PackError(Problem(name_or_path, 0, 0, "P403", message))
    reader = _Reader(faults, categories or load_categories(), rules)
    scheme = faults.attempt(lambda: reader.scheme(path.stem, root)) if root else None
    if scheme is None or faults.problems:
        raise PackError(faults.problems)
    return replace(scheme, digest=sha256(path.read_bytes()).hexdigest())


@dataclass(frozen=True)
class _Reader:
    """Reads the nodes of one scheme file; what is at fault is collected and read as None."""

    faults: Faults
    categories: Categories
    rules: Collection[str] | None

    def scheme(self, name: str, root: Node) -> Scheme:
        pairs = self.members(root, "scheme", KEYS, ("title", "severity_points"))
        title = self.read(pairs, "title", lambda node: node.text("title"))
        hits = self.read(pairs, "rule_cap_hits", lambda node: count(node, "rule_cap_hits"))
        enough = self.read(pairs, "enough_conversations", lambda node: count(node, "enough_conversations"))
        base = self.read(pairs, "base", lambda node: amount(node, "base"))
        fatal = self.read(pairs, "fatal_score", lambda node: amount(node, "fatal_score"))
        return Scheme(
            id=name,
            title=title or "",
            base=Scheme.base if base is None else base,
            fatal_score=Scheme.fatal_score if fatal is None else fatal,
            enough_conversations=Scheme.enough_conversations if enough is None else enough,
            rule_cap_hits=hits,
            severity_points=self.table(pairs, "severity_points", SEVERITIES, SEVERITIES, amount),
            repeat=self.table(pairs, "repeat", POLARITIES, (), lambda node, what: node.choice(what, REPEATS)),
            dimension_caps=self.table(pairs, "dimension_caps", tuple(self.categories.dimensions), (), amount),
            categories=self.category_overrides(pairs.get("categories")),
            rules=self.rule_overrides(pairs),
        )

    def rule_overrides(self, pairs: Mapping[str, Node]) -> dict[str, Override]:
        found = self.table(pairs, "rules", None, (), self.override)
        known = found if self.rules is None else self.rules
        for name in found:
            if name not in known:
                message = f"rules: no pack given has a rule {name!r}{guess(name, sorted(known))}"
                self.faults.problems.append(pairs["rules"].key(name).fault("P404", message).problem)
        return found

    def category_overrides(self, node: Node | None) -> dict[tuple[str, str], Override]:
        found: dict[tuple[str, str], Override] = {}
        for polarity, below in (self.members(node, "categories", POLARITIES) if node else {}).items():
            allowed = tuple(self.categories.of(polarity))
            for category, entry in self.members(below, f"categories.{polarity}", allowed).items():
                if (override := self.override(entry, f"categories.{polarity}.{category}")) is not None:
                    found[polarity, category] = override
        return found

    def override(self, node: Node, what: str) -> Override:
        pairs = self.members(node, what, OVERRIDE_KEYS)
        points = self.read(pairs, "points", lambda item: amount(item, f"{what}.points"))
        repeat = self.read(pairs, "repeat", lambda item: item.choice(f"{what}.repeat", REPEATS))
        cap = self.read(pairs, "cap", lambda item: amount(item, f"{what}.cap"))
        if points is not None and cap is not None and cap < points:
            fault = pairs["cap"].fault("P404", f"{what}.cap must not be less than its points (one hit would cost less)")
            self.faults.problems.append(fault.problem)
        return Override(points, repeat, cap)

    def table(
        self,
        pairs: Mapping[str, Node],
        name: str,
        allowed: Sequence[str] | None,
        needed: Sequence[str],
        value: Callable[[Node, str], T],
    ) -> dict[str, T]:
        """Read the mapping under the key ``name``, each value by ``value``."""
        if name not in pairs:
            return {}
        below = self.members(pairs[name], name, allowed, needed)
        found = {key: self.faults.attempt(partial(value, item, f"{name}.{key}")) for key, item in below.items()}
        return {key: item for key, item in found.items() if item is not None}

    def read(self, pairs: Mapping[str, Node], name: str, value: Callable[[Node], T]) -> T | None:
        return self.faults.attempt(lambda: value(pairs[name])) if name in pairs else None

    def members(
        self, node: Node, what: str, allowed: Sequence[str] | None, needed: Sequence[str] = ()
    ) -> dict[str, Node]:
        """Return the known members of a mapping; what is no mapping, unknown or missing is collected."""
        found = self.faults.attempt(node.pairs, what, self.faults)
        if found is None:
            return {}
        if allowed is not None:
            self.faults.unknown_keys(node, what, found, allowed)
        for name in needed:
            if name not in found:
                self.faults.problems.append(node.fault("P106", f"{what}: the key {name!r} is missing").problem)
        return {name: item for name, item in found.items() if allowed is None or name in allowed}


def amount(node: Node, what: str) -> int:
    """Return points between 0 and 100 with at most two decimals, in hundredths.

    Raises:
        Fault: P401 not such a number, P402 out of range.
    """
    text = node.text(what)
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text):
        raise node.fault("P401", f"{what} must be a number such as 5 or 2.5 (got {text!r})")
    value = Decimal(text) * 100
    if not 0 <= value <= FULL:
        raise node.fault("P402", f"{what} must be between 0 and 100 (got {text!r})")
    if value != int(value):
        raise node.fault("P401", f"{what} must have at most two decimals (got {text!r})")
    return int(value)


def count(node: Node, what: str) -> int:
    """Return a whole number of at least 1.

    Raises:
        Fault: P102 not a whole number, P402 less than 1.
    """
    value = node.integer(what)
    if value < 1:
        raise node.fault("P402", f"{what} must be at least 1 (got {value})")
    return value
