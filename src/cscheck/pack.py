"""Loading packs: YAML files to rules, with every fault of every file collected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from .categories import load_categories
from .cues import Cue, load_cues
from .data import lexicons
from .errors import PackError, Problem
from .norms import load_norms
from .operators import read_allow
from .rule import Pack, Rule
from .rulefile import RuleReader
from .source import Faults, Node, guess, read_yaml

PACK_KEYS = ("id", "title", "version", "allow")


@dataclass(frozen=True)
class Library:
    """All that was loaded for one run: the packs, nearest first, their rules after merging, and the cues.

    ``digest`` changes when any file of the packs, cues or folding tables changes.
    """

    packs: tuple[Pack, ...]
    rules: tuple[Rule, ...]
    cues: dict[str, Cue]
    digest: str


def shipped_packs() -> dict[str, Path]:
    """Return the shipped packs by name."""
    return {folder.parent.name: folder.parent for folder in sorted((lexicons() / "packs").glob("*/pack.yaml"))}


def find_pack(name: str) -> Path:
    """Return the folder of a shipped pack or of the user's own.

    Raises:
        PackError: it is neither.
    """
    shipped = shipped_packs()
    if name in shipped:
        return shipped[name]
    path = Path(name)
    if (path / "pack.yaml").is_file():
        return path
    reason = "the folder holds no pack.yaml" if path.is_dir() else "neither a shipped pack nor a folder"
    known = ", ".join(["all", *shipped])
    raise PackError(Problem(name, 0, 0, "P100", f"{reason} (shipped packs: {known}{guess(name, [*shipped, 'all'])})"))


def load_packs(names: Sequence[str] = ("base",)) -> Library:
    """Load packs by name or folder; ``all`` is every shipped pack. Where two packs define one rule, the earlier wins.

    Raises:
        PackError: with all faults of all files.
    """
    library, problems = read_packs(names)
    if problems:
        raise PackError(problems)
    return library


def read_packs(names: Sequence[str]) -> tuple[Library, list[Problem]]:
    """Load packs and return them with the faults found; faulty rules are left out."""
    faults = Faults([])
    folders: dict[Path, str] = {}
    for name in names:
        for path in shipped_packs().values() if name == "all" else [find_pack(name)]:
            folders.setdefault(path.resolve(), name if name != "all" else str(path))
    cues = load_cues(lexicons() / "cues", faults)
    for folder in folders:
        cues |= load_cues(folder / "cues", faults)
    reader = RuleReader(faults, load_categories(), frozenset(load_norms()), cues)
    packs = tuple(pack for folder in folders if (pack := _pack(folder, reader)) is not None)
    for cue in cues.values():
        for other in cue.cancelled_by:
            if other not in cues:
                faults.problems.append(
                    Problem(str(lexicons() / "cues"), 0, 0, "P108", f"cue {cue.id!r}: no cue {other!r}")
                )
    library = Library(packs, _merged(packs), cues, _digest([*folders, lexicons() / "cues", lexicons() / "fold"]))
    return library, sorted(faults.problems)


def _merged(packs: Iterable[Pack]) -> tuple[Rule, ...]:
    """One rule for each id, from the nearest pack; what a farther twin allows is allowed too."""
    packs = tuple(packs)
    everywhere = tuple(word for pack in packs for word in pack.allow)
    rules: dict[str, Rule] = {}
    for pack in packs:
        for rule in pack.rules:
            rules.setdefault(rule.id, rule)
    allowed = {
        name: (
            *everywhere,
            *(w for p in packs for r in p.rules if r.id == name and r is not rule for w in r.standards.allow),
        )
        for name, rule in rules.items()
    }
    return tuple(
        replace(rule, standards=replace(rule.standards, allow=(*rule.standards.allow, *allowed[name])))
        if allowed[name]
        else rule
        for name, rule in rules.items()
    )


def _digest(folders: Iterable[Path]) -> str:
    """A hash over names and contents of all data files, independent of where the folders lie."""
    total = sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".yaml", ".tsv"):
                total.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
                total.update(sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _pack(folder: Path, reader: RuleReader) -> Pack | None:
    """Read one pack's folder."""
    faults = reader.faults
    head = read_yaml(folder / "pack.yaml", faults)
    pack = faults.attempt(_head, head, folder, faults) if head else None
    rules: dict[str, Rule] = {}
    for path in sorted(p for p in folder.glob("*.yaml") if p.name != "pack.yaml"):
        root = read_yaml(path, faults)
        nodes = faults.attempt(root.items, "a rule file") if root else None
        for node in nodes or []:
            rule = reader.rule(node, pack.id if pack else folder.name)
            if rule and rule.id in rules:
                first = rules[rule.id]
                message = f"rule {rule.id!r} is defined twice (first in {first.path}:{first.line})"
                faults.problems.append(node.fault("P105", message).problem)
            elif rule:
                rules[rule.id] = rule
    return replace(pack, rules=tuple(rules.values())) if pack else None


def _head(node: Node, folder: Path, faults: Faults) -> Pack:
    keys = node.pairs("pack.yaml")
    faults.unknown_keys(node, "pack.yaml", keys, PACK_KEYS)
    for needed in ("id", "title", "version"):
        if needed not in keys:
            raise node.fault("P106", f"pack.yaml needs the key {needed!r}")
    allow = read_allow(keys["allow"]) if "allow" in keys else ()
    name, title, version = (keys[key].text(key) for key in ("id", "title", "version"))
    return Pack(name, title, version, allow, (), str(folder))
