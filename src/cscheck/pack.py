"""Loading packs: YAML files to rules, with every fault of every file collected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from .cache import keep, recall
from .categories import load_categories
from .classes import load_classes
from .collector import uncollected
from .condition import Condition, walk
from .cues import Cue, load_cues
from .data import lexicons
from .errors import PackError, Problem
from .fingerprint import fingerprint
from .norms import load_norms
from .operators import AllOf, AnyOf, Learned, Neighbour, Not, Pattern, Phrases, Scoped, read_allow
from .operators.learned import shipped
from .pickled import pickled, unpickled
from .rule import Pack, Rule
from .rulefile import RuleReader
from .source import Faults, Node, guess, read_yaml
from .states import StateFile, load_states

FOLDERS = ("classes", "cues", "states")  # of a pack, beside its rules
PACK_KEYS = ("id", "title", "version", "allow")
# what else decides how a rule comes out
DATA = ("categories.yaml", "classes", "cues", "evasion", "fold", "models", "sound", "states", "words.tsv")


@dataclass(frozen=True)
class Library:
    """All that was loaded for one run: the packs, nearest first, their rules after merging, the cues and the states.

    ``digest`` changes when any file of the packs, cues, states, word classes, models, tables or categories
    changes.
    """

    packs: tuple[Pack, ...]
    rules: tuple[Rule, ...]
    cues: dict[str, Cue]
    digest: str
    states: tuple[StateFile, ...] = ()

    @property
    def own_cues(self) -> tuple[Cue, ...]:
        """The cues that belong to the packs: those in their folders; those shipped only with a shipped pack."""
        return tuple(cue for cue in self.cues.values() if self._owns(cue.path))

    @property
    def own_states(self) -> tuple[StateFile, ...]:
        """The states that belong to the packs, as ``own_cues``."""
        return tuple(state for state in self.states if self._owns(state.path))

    def _owns(self, path: str) -> bool:
        home = lexicons().resolve()
        shipped = any(home in Path(pack.path).resolve().parents for pack in self.packs)
        return shipped or home not in Path(path).resolve().parents


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


def sources_of(names: Sequence[str]) -> str | None:
    """Return a hash of all that the packs named are compiled from; None where none can be told, or one is not found."""
    try:
        named = [(name, path) for name in names for path in _folders(name)]
    except PackError:
        return None
    return fingerprint("program", named, lexicons())


def own_models(library: Library) -> bool:
    """True where a rule or state asks a model that is not the shipped one: its file may lie anywhere."""
    roots = [one for rule in library.rules for one in (rule.when, *rule.context, *rule.excuses, rule.due) if one]
    roots += [state.condition for state in library.states]
    learned = [leaf for root in roots for leaf in walk(root) if isinstance(leaf, Learned)]
    return any(leaf.model is not shipped() for leaf in learned)


def load_packs(names: Sequence[str] = ("base",)) -> Library:
    """Load packs by name or folder; ``all`` is every shipped pack. Where two packs define one rule, the earlier wins.

    Raises:
        PackError: with all faults of all files.
    """
    library, problems = read_packs(names)
    if problems:
        raise PackError(problems)
    return library


@uncollected()
def read_packs(names: Sequence[str]) -> tuple[Library, list[Problem]]:
    """Load packs and return them with the faults found; faulty rules are left out."""
    faults = Faults([])
    if not names:
        faults.problems.append(Problem("packs", 0, 0, "P100", "no pack was named: without rules nothing is checked"))
    folders: dict[Path, Path] = {}  # resolved -> as given, which is how faults name it
    for name in names:
        try:
            paths = _folders(name)
        except PackError as error:
            faults.problems += error.problems
            continue
        for path in paths:
            folders.setdefault(path.resolve(), path)
    made_of = _made_of(folders.values())
    load_classes([folder / "classes" for folder in [lexicons(), *reversed(folders.values())]], faults)
    cues = _cues([lexicons(), *reversed(folders.values())], faults)  # the nearest pack has the last word
    states = load_states([folder / "states" for folder in [lexicons(), *reversed(folders.values())]], cues, faults)
    reader = RuleReader(faults, load_categories(), frozenset(load_norms()), cues)
    known: dict[Path, Pack] = unpickled(recall(made_of)) or {}
    packs = tuple(pack for folder in folders.values() if (pack := known.get(folder) or _pack(folder, reader)))
    if not known and not faults.problems and made_of == _made_of(folders.values()):
        keep(made_of, pickled({Path(pack.path): pack for pack in packs if _is_shipped(Path(pack.path))}))
    library = Library(packs, _merged(packs), cues, _digest([*folders, *map(lexicons().joinpath, DATA)]), states)
    return library, sorted(faults.problems)


def _folders(name: str) -> list[Path]:
    """The folders that a name stands for; raises PackError."""
    return list(shipped_packs().values()) if name == "all" else [find_pack(name)]


def _cues(folders: Sequence[Path], faults: Faults) -> dict[str, Cue]:
    """Read the cues of all folders; of two with one id the later counts."""
    read = {folder / "cues": load_cues(folder / "cues", faults) for folder in folders}
    cues = {name: cue for found in read.values() for name, cue in found.items()}
    for found in read.values():
        for cue in found.values():
            for other in cue.cancelled_by:
                if other not in cues:
                    message = f"cue {cue.id!r}: cancelled_by names {other!r}, which is no cue{guess(other, list(cues))}"
                    faults.problems.append(Problem(cue.path, cue.line, 0, "P108", message))
                if other == cue.id:
                    faults.problems.append(Problem(cue.path, cue.line, 0, "P117", f"cue {cue.id!r} cancels itself"))
    return cues


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
        replace(rule, when=_allowing(rule.when, allowed[name])) if allowed[name] else rule
        for name, rule in rules.items()
    )


def _allowing(condition: Condition, words: tuple[str, ...]) -> Condition:
    """Return a condition whose leaves allow more words; the rule's ``standards`` keep what the rule itself says."""
    match condition:
        case Phrases(standards=standards) | Pattern(standards=standards):
            return replace(condition, standards=replace(standards, allow=(*standards.allow, *words)))
        case AnyOf(conditions=parts) | AllOf(conditions=parts):
            return replace(condition, conditions=tuple(_allowing(part, words) for part in parts))
        case Not(condition=part) | Scoped(condition=part) | Neighbour(condition=part):
            return replace(condition, condition=_allowing(part, words))
        case _:
            return condition


def _digest(places: Iterable[Path]) -> str:
    """A hash over names and contents of all data files, independent of where the folders lie."""
    total = sha256()
    for folder in places:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if path.suffix in (".yaml", ".tsv", ".json", ".npz") and path.is_file():
                total.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
                total.update(sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _made_of(folders: Collection[Path]) -> str | None:
    """A hash of what the shipped packs among some come from: the others add to the words that rules may name."""
    shipped = [(folder.name, folder) for folder in folders if _is_shipped(folder)]
    beside = [(name, folder / name) for folder in folders for name in FOLDERS if (folder / name).is_dir()]
    return fingerprint("packs", [*shipped, *beside], lexicons()) if shipped else None


def _is_shipped(folder: Path) -> bool:
    return lexicons().resolve() in folder.resolve().parents


def _pack(folder: Path, reader: RuleReader) -> Pack | None:
    """Read one pack's folder."""
    faults = reader.faults
    head = read_yaml(folder / "pack.yaml", faults)
    pack = faults.attempt(_head, head, folder, faults) if head else None
    rules: dict[str, Rule] = {}
    files = sorted(path for path in folder.glob("*.yaml") if path.name != "pack.yaml")
    faults.problems += _stray(folder)
    if pack and not files and not pack.allow and not any((folder / name).is_dir() for name in FOLDERS):
        message = "a pack without rules, allowed words, classes, cues and states"
        faults.problems.append(Problem(pack.path, 0, 0, "P112", message))
    for path in files:
        for node in _nodes(path, faults):
            rule = reader.rule(node, pack.id if pack else folder.name)
            if rule:
                rules[rule.id] = rule
    return replace(pack, rules=tuple(rules.values())) if pack else None


def _stray(folder: Path) -> Iterator[Problem]:
    """Yield a fault for each YAML file of a pack that would be passed over in silence; hidden files are left alone."""
    for path in sorted(folder.rglob("*")):
        *parents, name = path.relative_to(folder).parts
        if path.suffix.lower() not in (".yaml", ".yml") or any(part.startswith(".") for part in (*parents, name)):
            continue
        if parents and (len(parents) > 1 or parents[0] not in FOLDERS):
            message = (
                f"nothing reads this file: rules stand in the pack's folder itself, others in {', '.join(FOLDERS)}"
            )
            yield Problem(str(path), 0, 0, "P100", message)
        elif path.suffix != ".yaml":
            yield Problem(str(path), 0, 0, "P100", "a file of a pack ends in .yaml: rename it")


def _nodes(path: Path, faults: Faults) -> list[Node]:
    """Return the rules of a file, yet unread; a file without any is a fault."""
    root = read_yaml(path, faults)
    nodes = faults.attempt(root.items, "a rule file") if root else None
    if root and nodes == []:
        faults.problems.append(root.fault("P112", "a rule file without rules").problem)
    return nodes or []


def _head(node: Node, folder: Path, faults: Faults) -> Pack:
    keys = node.pairs("pack.yaml", faults)
    faults.unknown_keys(node, "pack.yaml", keys, PACK_KEYS)
    missing = [key for key in ("id", "title", "version") if key not in keys]
    if missing:
        raise node.fault("P106", f"pack.yaml needs the key(s) {', '.join(missing)}")
    allow = read_allow(keys["allow"], faults) if "allow" in keys else ()
    name, title, version = (keys[key].text(key) for key in ("id", "title", "version"))
    return Pack(name, title, version, allow, (), str(folder))
