"""Reading a scheme (评分方案) from its YAML file, laid over the scheme that it extends.

Amounts are written as points with at most two decimals and read as whole hundredths.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any, TypeVar

from .amounts import amount, count, weight
from .categories import POLARITIES, Categories, load_categories
from .contradictions import beyond_dimension, contradictions
from .data import lexicons
from .errors import PackError, Problem
from .model import SEVERITIES
from .rule import Rule
from .scheme import FULL, REPEATS, STYLES, Band, Override, Scheme, low_caps
from .source import Faults, Node, guess, read_yaml

T = TypeVar("T")
Laid = tuple[Node, ...]  # what the files of a chain say at one place, the nearest file first
KEYS = (
    "title", "extends", "style", "base", "fatal_score", "pass_mark", "bands", "enough_conversations",
    "severity_points", "repeat", "rule_cap_hits", "dimension_weights", "dimension_caps", "bonus_cap",
    "categories", "rules",
)  # fmt: skip
OVERRIDE_KEYS = ("points", "repeat", "cap", "bonus")
BAND_KEYS = ("from", "worst")
IDLE = {  # the keys that a style makes idle
    "deduct": {"bonus_cap", "bonus"},
    "add": {"severity_points", "repeat", "rule_cap_hits", "dimension_weights", "dimension_caps", "points", "cap"},
    "both": set[str](),
}


def load_scheme(
    name_or_path: str, categories: Categories | None = None, rules: Mapping[str, Rule] | None = None
) -> Scheme:
    """Return a shipped scheme by its name (``standard``) or any other by the path of its YAML file.

    What a file says is laid key by key over the scheme that it ``extends`` (a shipped name, or a path relative to the
    file); an empty value (``~``) takes back what that one says, and ``bands`` are replaced as a whole.
    Where the ``rules`` are given, by id, to override any other is a fault (it would never be asked for), and so is a
    cap below what one hit of a rule costs.

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


def _inside(laid: Laid, path: Iterable[str]) -> Laid:
    """Return what some nodes hold under keys within keys."""
    for name in path:
        laid = tuple(keys[name] for node in laid if name in (keys := _keys(node)))
    return laid


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
    rules: Mapping[str, Rule] | None
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
        for names, message in contradictions(scheme):
            self.blame(pairs, names, message)
        self.low_caps(scheme, pairs)
        for path, message in beyond_dimension(scheme, self.rules or {}, self.categories):
            said = _inside(pairs[path[0]], path[1:])[0]
            if said.path == self.own:  # whoever lowers a dimension may leave the prices below as they are
                self.faults.problems.append(said.fault("P404", message).problem)
        return scheme

    def low_caps(self, scheme: Scheme, pairs: Mapping[str, Laid]) -> None:
        """Collect a fault for each cap below what one hit of a known rule costs, by the dearest such rule."""
        if not scheme.severity_points.keys() >= set(SEVERITIES):
            return  # what is missing there is at fault, or the style charges nothing: no hit has a price
        for path, (price, rule_id) in low_caps(scheme, (self.rules or {}).values(), self.categories).items():
            of = f"of {rule_id!r} " if path[0] == "categories" else ""
            message = f"{'.'.join(path)}.cap must not be less than what one hit {of}costs ({price / 100:g})"
            self.blame({"cap": _inside(pairs[path[0]], (*path[1:], "cap"))}, ["cap"], message, "P404")

    def blame(self, pairs: Mapping[str, Laid], names: Sequence[str], message: str, code: str = "P405") -> None:
        """Collect a fault at the first of some keys that the nearest file says, else at the first that any says."""
        places = [pairs[name][0] for name in names if name in pairs]
        place = min(places, key=lambda node: node.path != self.own)
        self.faults.problems.append(place.fault(code, message).problem)

    def severities(self, pairs: Mapping[str, Laid]) -> dict[str, int]:
        laid = pairs.get("severity_points", ())
        below = self.members(laid, "severity_points", SEVERITIES)
        if laid and laid[0].is_mapping:
            self.need(laid[0], "severity_points", SEVERITIES, below)
        return self.values(below, "severity_points", amount)

    def bands(self, pairs: Mapping[str, Laid]) -> tuple[Band, ...]:
        """Read the bands, the highest first; those of an extended scheme do not shine through."""
        laid = pairs.get("bands", ())[:1]
        read = self.table({"bands": laid}, "bands", None, self.band)
        found = sorted((Band(title, *said) for title, said in read.items()), key=lambda band: -band.lowest)
        wrong = [
            (lower.title, f"bands: {higher.title!r} and {lower.title!r} begin at the same score")
            if higher.lowest == lower.lowest
            else (lower.title, f"bands: {lower.title!r} bears less than {higher.title!r}, which is above it")
            for higher, lower in pairwise(found)
            if higher.lowest == lower.lowest or not lower.bears(higher.worst or SEVERITIES[0])
        ]
        if found and found[-1].worst is not None:
            wrong.append((found[-1].title, "bands: the lowest bears everything: it must not say worst"))
        self.faults.problems += [laid[0].key(title).fault("P405", message).problem for title, message in wrong]
        if found and found[-1].lowest > 0:
            self.faults.problems.append(laid[0].fault("P405", "bands: one of them must begin at 0").problem)
        return tuple(found)

    def band(self, node: Node, what: str) -> tuple[int, str | None]:
        """Read the lowest score of a band, alone or beside the worst severity that it bears."""
        if not node.is_mapping:
            return amount(node, what), None
        keys = node.pairs(what, self.faults)
        self.faults.unknown_keys(node, what, keys, BAND_KEYS)
        if "from" not in keys:
            raise node.fault("P106", f"{what}: the key 'from' is missing")
        worst = keys["worst"].choice(f"{what}.worst", SEVERITIES) if "worst" in keys else None
        return amount(keys["from"], f"{what}.from"), worst

    def rule_overrides(self, laid: Laid) -> dict[str, Override]:
        for node in laid if self.rules is not None else ():
            for name in _keys(node):
                if name not in (known := self.rules or {}):
                    message = f"rules: no pack given has a rule {name!r}{guess(name, sorted(known))}"
                    self.faults.problems.append(node.key(name).fault("P404", message).problem)
        members = self.members(laid, "rules", None)
        polarities = {name: rule.polarity for name, rule in (self.rules or {}).items()}
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
        return self.values(self.members(pairs.get(name, ()), name, allowed), name, value)

    def values(self, below: Mapping[str, Laid], name: str, value: Callable[[Node, str], T]) -> dict[str, T]:
        """Read members of the mapping under the key ``name``, each by ``value``; what is at fault is left out."""
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
