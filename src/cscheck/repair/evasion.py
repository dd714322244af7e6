"""Evasions (规避写法): how words are disguised, read from data files.

One evasion names what it is read as and how it is written: ``split`` (words with signs between their characters),
``spelt`` (Latin letters, with or without signs between them) and ``patterns``, in which ⟦ ⟧ mark what is read
otherwise; what stands outside the marks must stand there too, and stays as it is. Its examples run in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ..data import lexicons, rows
from ..errors import PackError
from ..literals import COMMON
from ..normalize import fold_phrase
from ..parser import PatternFault, parse
from ..patterns import Chars, Choice, Concat, Part, Repeat, Text, Words, options_of, render
from ..source import Faults, Node, read_yaml
from .table import common_words, pairs

OPEN, CLOSE = "⟦", "⟧"
KEYS = ("id", "title", "read_as", "read", "split", "spelt", "patterns", "examples")
BLANKS = frozenset(" _")
SIGNS = frozenset("*·./|+^~❤♥★☆✿❀丶-")
CHAR, GAP, NUMBER = "char", "gap", "number"
_NONE = "\0"
LETTERS = "zqjvkwbfygpucdlmhrsontiaex"  # the rarest first; x stands in every placeholder
OFTEN = frozenset("支付微包号呢")  # in service chats


@dataclass(frozen=True, eq=False)
class Disguise:
    """One way to write something else.

    ``found``: group 1 is what is read otherwise, ``read`` what it is read as; ``needs``: sets of characters, the rarest
    first, of each of which one must stand in the turn. ``mark`` says where it is searched: CHAR, where one of the
    rarest stands; GAP, where a sign stands between characters of split words; NUMBER, where many digits stand.
    """

    found: re.Pattern[str]
    needs: tuple[frozenset[str], ...]
    read: Callable[[str], str]
    kind: str = "shape"
    mark: str = CHAR


class Evasion(NamedTuple):
    """An evasion: how it is written, the words it splits, and its examples (whether it hits, text with marks)."""

    id: str
    disguises: tuple[Disguise, ...]
    split: tuple[str, ...]
    examples: tuple[tuple[bool, str], ...]


def load_evasions(folder: Path | None = None) -> tuple[Evasion, ...]:
    """Read the evasions of all files of a folder, by default the shipped ones.

    Raises:
        PackError: a file is at fault; all faults are named.
    """
    faults = Faults([])
    found: list[Evasion] = []
    words = common_words()
    for path in sorted((folder or lexicons() / "evasion").glob("*.yaml")):
        root = read_yaml(path, faults)
        nodes = faults.attempt(root.items, "a file of evasions") if root else None
        found += faults.each(_evasion, nodes or [], words, faults)
    if faults.problems:
        raise PackError(faults.problems)
    return tuple(found)


def _evasion(node: Node, words: Collection[str], faults: Faults) -> Evasion:
    keys = node.pairs("an evasion", faults)
    faults.unknown_keys(node, "an evasion", keys, KEYS)
    if "id" not in keys or "examples" not in keys:
        raise node.fault("P106", "an evasion needs the keys 'id' and 'examples'")
    read_as = fold_phrase(keys["read_as"].text("read_as")) if "read_as" in keys else ""
    if "read" in keys:
        read_as = keys["read"].choice("read", (NUMBER,))
    if "patterns" in keys and not read_as:
        raise node.fault("P106", "patterns need 'read_as': the words that the marked part stands for")
    split, spelt = (keys[key].texts(key) if key in keys else [] for key in ("split", "spelt"))
    disguises = [_split(split, words)] if split else []
    disguises += [_spelt(word, read_as) for word in spelt]
    patterns = faults.attempt(keys["patterns"].items, "patterns") if "patterns" in keys else []
    disguises += faults.each(_pattern, patterns or [], read_as)
    pairs = keys["examples"].pairs("examples", faults)
    faults.unknown_keys(keys["examples"], "examples", pairs, ("hit", "miss"))
    examples = [(kind == "hit", text) for kind, texts in pairs.items() for text in texts.texts(kind)]
    return Evasion(keys["id"].text("id"), tuple(disguises), tuple(split), tuple(examples))


def _split(split: list[str], words: Collection[str]) -> Disguise:
    """Words with signs or blanks between some of their characters: 微*信, 支 付宝.

    A blank often stands between clauses (没有 病历): the word's ends must then not belong to other words.
    """
    ways = []
    firsts, lasts = {word[0] for word in split}, {word[-1] for word in split}
    befores = [pair for pair in words if pair[1] in firsts]
    afters = [pair for pair in words if pair[0] in lasts]
    for word in split:
        before = "".join(pair[0] for pair in befores if pair[1] == word[0])
        after = "".join(pair[1] for pair in afters if pair[0] == word[-1])
        ways.append(f"{_class(SIGNS)}{{0,2}}".join(word))
        ways.append(f"(?<![{before or _NONE}]){f'{_class(BLANKS)}{{0,2}}'.join(word)}(?![{after or _NONE}])")
    return Disguise(re.compile(f"({'|'.join(ways)})"), (), _joined, mark=GAP)


def _spelt(word: str, read_as: str) -> Disguise:
    """Latin letters that stand alone, with a sign between them or none: w e i x i n."""
    found = re.compile(f"(?<![a-z0-9])({f'{_class(BLANKS | SIGNS)}?'.join(word)})(?![a-z0-9])")
    return Disguise(found, _rarest(map(frozenset, word)), _constant(read_as or word))


def _pattern(node: Node, read_as: str) -> Disguise:
    pieces = re.split(f"[{OPEN}{CLOSE}]", node.text("a pattern"))
    if len(pieces) != 3:
        raise node.fault("P107", f"mark once with {OPEN} {CLOSE} what the pattern reads otherwise")
    try:
        parts = [parse(piece) for piece in pieces]
    except PatternFault as fault:
        raise node.fault("P110", f"the pattern is not understood: {fault}") from None
    before, marked, after = (f"(?:{render(part)})" for part in parts)
    found, needs = re.compile(f"{before}({marked}){after}"), _rarest(_required(Concat(tuple(parts))))
    if read_as == NUMBER:
        return Disguise(found, (), _number, mark=NUMBER)
    if not needs:
        raise node.fault("P112", "the pattern must hold a character that is always there")
    return Disguise(found, needs, _constant(read_as))


def _required(part: Part) -> list[frozenset[str]]:
    """Return sets of characters, of each of which every match holds one."""
    match part:
        case Text(text):
            return list(map(frozenset[str], text))
        case Chars(chars):
            return [chars]
        case Repeat(inner, low, _, _):
            return _required(inner) if low else []
        case Choice() | Words():
            found = [_rarest(_required(option)) for option in options_of(part)]
            return [frozenset().union(*(needs[0] for needs in found))] if all(found) else []
        case Concat(parts):
            return [need for inner in parts for need in _required(inner)]
        case _:
            return []


def _rarest(needs: Iterable[frozenset[str]]) -> tuple[frozenset[str], ...]:
    return tuple(sorted(set(needs), key=lambda need: (sum(map(_commonness, need)), sorted(need))))


def _commonness(char: str) -> int:
    """How common, roughly, a character is in service chats: the more characters follow it, the more it stands there."""
    if char in LETTERS:
        return 10 * LETTERS.index(char)
    if char.isascii() or char in COMMON or char in OFTEN:
        return 1000
    return 1 + len(_followers().get(char, ""))


@cache
def _followers() -> dict[str, str]:
    return pairs()


def load_wordings() -> list[Disguise]:
    """Return the words of Hong Kong and Taiwan that are read as those of the mainland."""
    table = rows(lexicons() / "evasion" / "wording.tsv")
    unmistakable = frozenset(word for word, *_ in table if len(word) == 1)
    found = []
    for word, standard, *ordinary in table:
        needs = map(frozenset, (*word, *([unmistakable] if ordinary else [])))
        found.append(Disguise(re.compile(f"({word})"), _rarest(needs), _constant(standard), kind="wording"))
    return found


def _constant(text: str) -> Callable[[str], str]:
    return lambda _: text


def _joined(written: str) -> str:
    return "".join(char for char in written if char not in BLANKS | SIGNS)


def _number(written: str) -> str:
    return "".join(digits().get(sign, "") for sign in written)


@cache
def digits() -> dict[str, str]:
    """Return the digit that each sign of a disguised number stands for."""
    return {
        sign: digit for digit, signs in rows(lexicons() / "evasion" / "digits.tsv") for sign in digit + signs.lower()
    }


def _class(characters: frozenset[str]) -> str:
    return f"[{re.escape(''.join(sorted(characters)))}]"
