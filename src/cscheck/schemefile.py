"""Reading a scheme (评分方案) from its YAML file, laid over the scheme that it extends.

Amounts are written as points with at most two decimals and read as whole hundredths.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any, TypeVar

from .categories import POLARITIES, Categories, load_categories
from .data import lexicons
from .errors import PackError, Problem
from .model import SEVERITIES
from .scheme import FULL, REPEATS, STYLES, WHOLE, Override, Scheme
from .source import Faults, Node, guess, read_yaml

T = TypeVar("T")
Laid = tuple[Node, ...]  # what the files of a chain say at one place, the nearest file first
KEYS = (
    "title", "extends", "style", "base", "fatal_score", "pass_mark", "bands", "enough_conversations",
    "severity_points", "repeat", "rule_cap_hits", "dimension_weights", "dimension_caps", "bonus_cap",
    "categories", "rules",
)  # fmt: skip
OVERRIDE_KEYS = ("points", "repeat", "cap", "bonus")
IDLE = {  # the keys that a style makes idle
    "deduct": {"bonus_cap", "bonus"},
    "add": {"severity_points", "repeat", "rule_cap_hits", "dimension_weights", "dimension_caps", "points", "cap"},
    "both": set[str](),
}
HEAVIEST = 10 * WHOLE


def load_scheme(
    name_or_path: str, categories: Categories | None = None, rules: Mapping[str, str] | None = None
) -> Scheme:
    """Return a shipped scheme by its name (``standard``) or any other by the path of its YAML file.

    What a file says is laid key by key over the scheme that it ``extends`` (a shipped name, or a path relative to the
    file); an empty value (``~``) takes back what that one says, and ``bands`` are replaced as a whole.
    Where the ``rules`` are given (id to polarity), to override any other is a fault: it would never be asked for.

    Raises:
        PackError: no such scheme (the known ones are named), or a file is at fault (all faults are named).
    """
    faults = Faults([])
    path, shown = _place(name_or_path, Path())
    if path is None:
        raise PackError(Problem(name_or_path, 0, 0, "P403", f"{shown}; for your own give the path of its .yaml file"))
    files = _chain(path, shown, faults)
    scheme = None
    if files:
        roots = tuple(files.values())
        reader = _Reader(faults, categories or load_categories(), rules, roots[0].path, IDLE.get(_style(roots), set()))
        scheme = reader.scheme(path.stem, roots)
    if scheme is None or faults.problems:
        raise PackError(dict.fromkeys(faults.problems))
    return replace(scheme, digest=sha256(b"".join(file.read_bytes() for file in files)).hexdigest())


def _place(name: str, folder: Path) -> tuple[Path | None, str]:
    """Return the path of a scheme and how faults name it; no path and why where there is none such."""
    known = {path.stem: path for path in sorted((lexicons() / "schemes").glob("*.yaml"))}
    if name in known:
        return known[name], f"schemes/{name}.yaml"
    path = folder / name
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return path, str(path)
    return None, f"no such scheme (known: {', '.join(known)}{guess(name, list(known))})"


def _chain(path: Path, shown: str, faults: Faults) -> dict[Path, Node]:
    """Read a scheme file and those it extends: path to root node, the nearest first."""
    files: dict[Path, Node] = {}
    names: list[str] = []
    while (root := read_yaml(path, faults, shown)) is not None:
        files[path.resolve()] = root
        names.append(shown)
        extends = _keys(root).get("extends")
        name = faults.attempt(extends.text, "extends") if extends else None
        if extends is None or name is None:
            break
        found, shown = _place(name, path.parent)
        if found is None or not found.is_file():
            message = f"extends: {shown}" if found is None else f"extends: there is no file {shown}"
            faults.problems.append(extends.fault("P403", message).problem)
            break
        if found.resolve() in files:
            circle = " -> ".join([*names, shown])
            faults.problems.append(extends.fault("P406", f"extends goes in a circle: {circle}").problem)
            break
        path = found
    return files


def _keys(node: Node) -> dict[str, Node]:
    """Return the members of a node, none where it is no mapping; its faults are collected where it is read."""
    unheard = Faults([])
    return unheard.attempt(node.pairs, "", unheard) or {}


def _style(roots: Laid) -> str:
    """Return the style that is given, right or wrong, else the default."""
    given = [style for root in roots if (style := _keys(root).get("style"))][:1]
    return Scheme.style if not given or given[0].is_null else str(given[0].raw.value)


@dataclass(frozen=True)
class _Reader:
    """Reads a chain of scheme files; what is at fault is collected and read as None.

    ``own`` is the nearest file, in which a key of ``idle`` is a fault: in the scheme's style it says nothing.
    """

    faults: Faults
    categories: Categories
    rules: Mapping[str, str] | None
    own: str
    idle: set[str]

    def scheme(self, name: str, roots: Laid) -> Scheme:
        pairs = self.members(roots, "scheme", KEYS)
        style = self.read(pairs, "style", lambda node, what: node.choice(what, STYLES)) or Scheme.style
        self.need(roots[0], "scheme", ["title"], _keys(roots[0]))  # a scheme of one's own has its own title
        if style != "add" and "extends" not in _keys(roots[-1]):  # else the file that it leads to was not found
            self.need(roots[0], "scheme", ["severity_points"], pairs)
        dimensions = tuple(self.categories.dimensions)
        given: dict[str, Any] = {"style": style, "base": 0 if style == "add" else FULL}
        readers = dict.fromkeys(("base", "fatal_score", "pass_mark", "bonus_cap"), amount)
        readers |= dict.fromkeys(("rule_cap_hits", "enough_conversations"), count)
        for key, value in readers.items():
            if (found := self.read(pairs, key, value)) is not None:
                given[key] = found
        scheme = Scheme(
            id=name,
            title=self.read(pairs, "title", lambda node, what: node.text(what)) or "",
            severity_points=self.severities(pairs),
            repeat=self.table(pairs, "repeat", POLARITIES, lambda node, what: node.choice(what, REPEATS)),
            dimension_weights=self.table(pairs, "dimension_weights", dimensions, weight),
            dimension_caps=self.table(pairs, "dimension_caps", dimensions, amount),
            bands=self.bands(pairs),
            categories=self.category_overrides(pairs.get("categories", ())),
            rules=self.rule_overrides(pairs.get("rules", ())),
            **given,
        )
        self.contradictions(scheme, pairs)
        return scheme

    def contradictions(self, scheme: Scheme, pairs: Mapping[str, Laid]) -> None:
        """Collect a fault for each pair of settings that cannot both be meant."""
        if scheme.style != "deduct" and not any(
            override.bonus for override in (*scheme.categories.values(), *scheme.rules.values())
        ):
            self.blame(pairs, ["style"], f"style {scheme.style}: no required category or rule has a bonus")
        if scheme.style == "add" and scheme.base + scheme.bonus_cap > FULL:
            sizes = f"base {scheme.base / 100:g} + bonus_cap {scheme.bonus_cap / 100:g}"
            message = f"style add: {sizes} is more than 100: say base: 0"
            self.blame(pairs, ["base", "bonus_cap", "style"], message)
        if scheme.pass_mark is not None and scheme.pass_mark <= scheme.fatal_score:
            message = "pass_mark must be above fatal_score: what is fatal does not pass"
            self.blame(pairs, ["pass_mark", "fatal_score"], message)

    def blame(self, pairs: Mapping[str, Laid], names: Sequence[str], message: str, code: str = "P405") -> None:
        """Collect a fault at the first of some keys that the nearest file says, else at the first that any says."""
        places = [pairs[name][0] for name in names if name in pairs]
        place = min(places, key=lambda node: node.path != self.own)
        self.faults.problems.append(place.fault(code, message).problem)

    def severities(self, pairs: Mapping[str, Laid]) -> dict[str, int]:
        found = self.table(pairs, "severity_points", SEVERITIES, amount)
        if "severity_points" in pairs and (laid := pairs["severity_points"])[0].is_mapping:
            self.need(laid[0], "severity_points", SEVERITIES, {name for node in laid for name in _keys(node)})
        return found

    def bands(self, pairs: Mapping[str, Laid]) -> tuple[tuple[str, int], ...]:
        """Read the bands, the highest first; those of an extended scheme do not shine through."""
        laid = pairs.get("bands", ())[:1]
        found = sorted(self.table({"bands": laid}, "bands", None, amount).items(), key=lambda band: -band[1])
        for (higher, lowest), (title, other) in pairwise(found):
            if lowest == other:
                fault = laid[0].key(title).fault("P405", f"bands: {higher!r} and {title!r} begin at the same score")
                self.faults.problems.append(fault.problem)
        if found and found[-1][1] > 0:
            self.faults.problems.append(laid[0].fault("P405", "bands: one of them must begin at 0").problem)
        return tuple(found)

    def rule_overrides(self, laid: Laid) -> dict[str, Override]:
        for node in laid if self.rules is not None else ():
            for name in _keys(node):
                if name not in (known := self.rules or {}):
                    message = f"rules: no pack given has a rule {name!r}{guess(name, sorted(known))}"
                    self.faults.problems.append(node.key(name).fault("P404", message).problem)
        members = self.members(laid, "rules", None)
        polarities = self.rules or {}
        return {name: self.override(entry, f"rules.{name}", polarities.get(name)) for name, entry in members.items()}

    def category_overrides(self, laid: Laid) -> dict[tuple[str, str], Override]:
        found: dict[tuple[str, str], Override] = {}
        for polarity, below in self.members(laid, "categories", POLARITIES).items():
            allowed = tuple(self.categories.of(polarity))
            for category, entry in self.members(below, f"categories.{polarity}", allowed).items():
                found[polarity, category] = self.override(entry, f"categories.{polarity}.{category}", polarity)
        return found

    def override(self, laid: Laid, what: str, polarity: str | None) -> Override:
        """Read what is said about one rule or category; only what is required can earn a bonus."""
        pairs = self.members(laid, what, OVERRIDE_KEYS[:-1] if polarity == "forbidden" else OVERRIDE_KEYS)
        points, cap, bonus = (
            self.read(pairs, name, lambda node, key: amount(node, f"{what}.{key}"))
            for name in ("points", "cap", "bonus")
        )
        repeat = self.read(pairs, "repeat", lambda node, key: node.choice(f"{what}.{key}", REPEATS))
        if points is not None and cap is not None and cap < points:
            message = f"{what}.cap must not be less than its points (one hit would cost less)"
            self.blame(pairs, ["cap", "points"], message, "P404")
        return Override(points, repeat, cap, bonus)

    def table(
        self, pairs: Mapping[str, Laid], name: str, allowed: Sequence[str] | None, value: Callable[[Node, str], T]
    ) -> dict[str, T]:
        """Read the mapping under the key ``name``, each value by ``value``."""
        below = self.members(pairs.get(name, ()), name, allowed)
        found = {key: self.faults.attempt(value, laid[0], f"{name}.{key}") for key, laid in below.items()}
        return {key: item for key, item in found.items() if item is not None}

    def read(self, pairs: Mapping[str, Laid], name: str, value: Callable[[Node, str], T]) -> T | None:
        """Read what the nearest file says under a key; None where none says anything, or it is at fault."""
        return self.faults.attempt(value, pairs[name][0], name) if name in pairs else None

    def members(self, laid: Laid, what: str, allowed: Sequence[str] | None) -> dict[str, Laid]:
        """Return the known members of a mapping, those of the farther files below; an empty value takes them back."""
        found: dict[str, Laid] = {}
        for node in laid:
            pairs = self.faults.attempt(node.pairs, what, self.faults) or {}
            if allowed is not None:
                self.faults.unknown_keys(node, what, pairs, allowed)
            for name, value in pairs.items():
                found[name] = (*found.get(name, ()), value)
                if allowed is not None and name in self.idle and node.path == self.own:
                    message = f"{what}: {name!r} says nothing in this style (deduct: nothing earns; add: nothing costs)"
                    self.faults.problems.append(node.key(name).fault("P405", message).problem)
        standing = {name: _standing(values) for name, values in found.items() if allowed is None or name in allowed}
        return {name: values for name, values in standing.items() if values}

    def need(self, node: Node, what: str, names: Iterable[str], found: Container[str]) -> None:
        """Collect a fault for each name that was not found."""
        for name in names:
            if name not in found:
                self.faults.problems.append(node.fault("P106", f"{what}: the key {name!r} is missing").problem)


def _standing(values: Laid) -> Laid:
    """Return the values that an empty one does not take back; one alone stands, and is at fault where it is read."""
    return values if len(values) == 1 else tuple(takewhile(lambda node: not node.is_null, values))


def amount(node: Node, what: str) -> int:
    """Return points between 0 and 100 with at most two decimals, in hundredths.

    Raises:
        Fault: P401 not such a number, P402 out of range.
    """
    return _hundredths(node, what, FULL)


def weight(node: Node, what: str) -> int:
    """Return a weight between 0 and 10 with at most two decimals, in hundredths; it raises what ``amount`` raises."""
    return _hundredths(node, what, HEAVIEST)


def _hundredths(node: Node, what: str, most: int) -> int:
    text = node.text(what)
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text):
        raise node.fault("P401", f"{what} must be a number such as 5 or 2.5 (got {text!r})")
    value = Decimal(text) * 100
    if not 0 <= value <= most:
        raise node.fault("P402", f"{what} must be between 0 and {most // 100} (got {text!r})")
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
