"""Word classes (词类): named lists of words that stand as slots in patterns and phrases, such as ``{customer}``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from .normalize import fold_phrase
from .parser import SLOT, Slot, parse
from .patterns import Part, escape, remembered
from .source import Faults, Node, guess, read_yaml

CLASS_KEYS = ("id", "title", "words")
MOST_PHRASES = 1_000
LONGEST_PHRASE = 200  # characters


@dataclass(frozen=True)
class WordClass:
    """One class: its words, folded as the text is, the longest first."""

    id: str
    title: str
    words: tuple[str, ...]
    path: str


def load_classes(folders: Iterable[Path], faults: Faults) -> tuple[WordClass, ...]:
    """Read the class files of all folders into ``faults.classes`` and return the classes; faults are collected.

    Of two classes with one id the one of the later folder counts.
    """
    classes: dict[str, WordClass] = {}
    for folder in folders:
        found: dict[str, WordClass] = {}
        for path in sorted(folder.glob("*.yaml")):
            root = read_yaml(path, faults)
            for node in (faults.attempt(root.items, "a class file") if root else None) or []:
                one = faults.attempt(_class, node, faults)
                if one and one.id in found:
                    faults.problems.append(node.fault("P105", f"class {one.id!r} is defined twice").problem)
                elif one:
                    found[one.id] = one
        classes |= found
    faults.classes.update({name: one.words for name, one in classes.items()})
    return tuple(classes.values())


def _class(node: Node, faults: Faults) -> WordClass | None:
    keys = node.pairs("a class", faults)
    faults.unknown_keys(node, "a class", keys, CLASS_KEYS)
    missing = [key for key in CLASS_KEYS if key not in keys]
    if missing:
        raise node.fault("P106", f"a class needs the key(s) {', '.join(missing)}")
    name = keys["id"].text("id")
    if not SLOT.fullmatch(f"{{{name}}}"):
        raise keys["id"].fault("P107", f"a class is named with the letters a-z and _ (got {name!r})")
    words = faults.each(_word, keys["words"].items("words"))
    if not words:
        raise keys["words"].fault("P112", f"class {name!r} has no words")
    title = faults.get(keys, "title", lambda value: value.text("title"), "")
    return WordClass(name, title, tuple(sorted(dict.fromkeys(words), key=lambda word: (-len(word), word))), node.path)


def _word(node: Node) -> str:
    word = fold_phrase(node.text("a word")).strip()
    if not word:
        raise node.fault("P112", "a word is empty once folded (only blanks or invisible characters)")
    if SLOT.search(word):
        raise node.fault("P118", f"a word of a class holds no slot (got {word!r})")
    if len(word) > LONGEST_PHRASE:
        raise node.fault("P123", f"a word of {len(word)} characters (most: {LONGEST_PHRASE})")
    return word


def slots(node: Node, faults: Faults) -> Slot:
    """Return what each slot of a pattern stands for: the words of its class as alternatives.

    Raises:
        Fault: P118 a slot names no class (when it is asked for).
    """
    return lambda name: _alternatives(_words(name, node, faults))


def fill_phrase(phrase: str, node: Node, faults: Faults) -> list[str]:
    """Return the phrases that a phrase with slots stands for; one without slots is itself.

    Raises:
        Fault: P118 a slot names no class; P119 the slots make too many phrases.
    """
    pieces = SLOT.split(phrase)
    choices = [_words(piece, node, faults) if odd % 2 else (piece,) for odd, piece in enumerate(pieces)]
    count = 1
    for words in choices:
        count *= len(words)
    if count > MOST_PHRASES:
        raise node.fault("P119", f"{phrase!r} stands for {count} phrases; write it as a pattern (most: {MOST_PHRASES})")
    return ["".join(words) for words in product(*choices)]


def _words(name: str, node: Node, faults: Faults) -> tuple[str, ...]:
    if name not in faults.classes:
        known = sorted(faults.classes)
        message = f"unknown word class {{{name}}} (known: {', '.join(known) or 'none'}{guess(name, known)})"
        raise node.fault("P118", message)
    return faults.classes[name]


@remembered  # patterns share what a class stands for
def _alternatives(words: tuple[str, ...]) -> Part:
    return parse("|".join("".join(map(escape, word)) for word in words))
