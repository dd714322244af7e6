"""The parser of patterns.

The syntax is the common core of ``re``: literals, classes, ``.``, groups, ``|``, quantifiers, look-around, ``^`` and
``$``. Four things differ, because the text is Chinese speech: every group is non-capturing, ``.`` does not cross a
clause end (。！？；… or a line break; it does cross a comma), literals are folded as the text is (width, case,
Traditional to Simplified), and ``{customer}`` stands for the words of a class.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .normalize import fold_char
from .patterns import MANY, Assertion, Chars, Choice, Concat, Part, Repeat, Text, Wild, Words, remembered, render

CLAUSE_ENDS = "。!?;…\n"
DEEPEST = 30  # groups inside one another
DOT = f"[^{CLAUSE_ENDS}\0]"
SMALL = 12  # characters of a class that can be part of a word
_ENDS = frozenset(["", "|", ")"])
_BRACKETS, _QUANTIFIERS, _MARKS = frozenset("(["), frozenset("*+?{"), frozenset(".^$")
_CLASS_ESCAPES = set("dDsSwW")
SLOT = re.compile(r"(?<!\\)\{([a-z][a-z_]*)\}")
Slot = Callable[[str], Part]
_WORDS = re.compile(r"[^\\.^$*+?{}\[\]|()]+(?![*+?{])")  # mere characters, none of them repeated
_PLAIN_GROUP = re.compile(r"\(([^()\[\]{}\\?*+]*)\)")  # mere words
_PLAIN_CLASS = re.compile(r"\[(\^?)([^\\\[\]^-]+)\]")  # mere characters
_OPENING = re.compile(r"\((?!\?)|\(\?(?::|<?[=!])")
_BOUNDS = re.compile(r"\{([0-9]{0,4})(?:(,)([0-9]{0,4}))?\}")


class PatternFault(ValueError):
    """The pattern is not understood; the message says where and why."""


class _Parser:
    """Recursive descent over one pattern's source."""

    def __init__(self, source: str, slot: Slot | None) -> None:
        self.source, self.slot, self.at, self.depth = source, slot, 0, 0

    def fail(self, why: str, at: int) -> PatternFault:
        return PatternFault(f"{why} at character {at + 1} of {self.source!r}")

    def peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def take(self) -> str:
        char = self.peek()
        self.at += len(char)
        return char

    def choice(self) -> Part:
        options = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            options.append(self.sequence())
        if len(options) == 1:
            return options[0]
        words = [one.text for one in options if isinstance(one, Text)]
        return Words(tuple(words)) if len(words) == len(options) else Choice(tuple(options))

    def sequence(self) -> Part:
        parts: list[Part] = []
        while self.peek() not in _ENDS:
            words = _WORDS.match(self.source, self.at)
            if words:
                self.at = words.end()
                part: Part | None = _text(words.group())
            else:
                part = self.quantified(self.atom())
                if isinstance(part, Text) and len(part.text) > 1:  # a group: its words are a run of their own
                    part = Concat((part,))
            if isinstance(part, Text) and parts and isinstance(before := parts[-1], Text):
                parts[-1] = Text(before.text + part.text)
            elif part is not None:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Concat(tuple(parts))

    def atom(self) -> Part | None:
        char = self.take()
        if char in _BRACKETS:
            return self.bracketed(char)
        if char == ".":
            return _wild(DOT)
        if char in "^$":
            return _assertion(r"\A" if char == "^" else r"\Z")
        if char == "{" and (slot := self.named(self.at - 1)):
            self.at += len(slot) + 1
            return self.slot(slot) if self.slot else None
        if char in "*+?{":
            raise self.fail("nothing to repeat", self.at - 1)
        if char == "\\":
            return self.escape()
        return _text(char)

    def escape(self) -> Part:
        char = self.escaped()
        return _wild("\\" + char) if char in _CLASS_ESCAPES else Text(fold_char(char))

    def escaped(self) -> str:
        """Return the character that a backslash gives, or the letter of a class such as ``\\d``."""
        char = self.take()
        if not char:
            raise self.fail("a backslash ends the pattern", self.at - 1)
        if char not in _CLASS_ESCAPES and char != "n" and (char.isalnum() or not char.isascii()):
            raise self.fail(f"the escape \\{char} is not supported: write the character itself", self.at - 2)
        return "\n" if char == "n" else char

    def named(self, at: int) -> str:
        """Return the name of the slot that begins there; empty where none does."""
        found = SLOT.match(self.source, at) if self.slot else None
        return found[1] if found else ""

    def bracketed(self, char: str) -> Part:
        """Read a group or class; what is written alike in many patterns is read once."""
        plain, read = (_PLAIN_GROUP, _plain_group) if char == "(" else (_PLAIN_CLASS, _plain_class)
        found = plain.match(self.source, self.at - 1)
        if found and (part := read(*found.groups())):
            self.at = found.end()
            return part
        return self.group() if char == "(" else self.klass()

    def group(self) -> Part:
        start = self.at
        found = _OPENING.match(self.source, start - 1)
        if not found:
            raise self.fail("this kind of group is not supported (known: (?: (?= (?! (?<= (?<!)", start - 1)
        self.at, opening = found.end(), found[0]
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fail(f"groups nested more than {DEEPEST} levels deep", start - 1)
        inner = self.choice()
        self.depth -= 1
        if self.take() != ")":
            raise self.fail("a group is not closed", start - 1)
        return inner if opening in ("(", "(?:") else _assertion(opening + render(inner) + ")", inner)

    def klass(self) -> Part:
        start = self.at
        negated = self.peek() == "^"
        self.at += negated
        chars: set[str] = set()
        body, plain = "", not negated
        while self.peek() != "]" or self.at == start + negated:
            char = self.take()
            if not char:
                raise self.fail("a class [...] is not closed", start - 1)
            if char == "\\":
                char = self.escaped()
                if char in _CLASS_ESCAPES:
                    body, plain = body + "\\" + char, False
                    continue
            elif char == "[":
                raise self.fail("write \\[ for a bracket inside a class", self.at - 1)
            elif char == "-" and body and self.peek() != "]":
                body, plain = body + "-", False
                continue
            folded = _folded(char)
            chars.update(folded)
            body += _in_class(folded)
        self.at += 1
        if not body:
            raise self.fail("an empty class", start - 1)
        if plain:
            return _listed(body, frozenset(chars))
        source = f"[{'^' if negated else ''}{body}]"
        if why := _misread(source):
            raise self.fail(f"a class is not understood ({why})", start - 1)
        return _wild(source)

    def quantified(self, part: Part | None) -> Part | None:
        start = self.at
        char = self.peek()
        low, high = 1, 1
        if char not in _QUANTIFIERS:
            return part
        if char != "{":
            self.at += 1
            low, high = {"*": (0, MANY), "+": (1, MANY), "?": (0, 1)}[char]
        elif not self.named(self.at):
            low, high = self.bounds()
        else:
            return part
        if self.peek() and self.peek() in "?+":
            self.at += 1
        if self.peek() and self.peek() in "*+{" and not self.named(self.at):
            raise self.fail("a quantifier on a quantifier", self.at)
        if part is None or isinstance(part, Assertion):
            raise self.fail("nothing to repeat", start)
        return _repeat(part, low, high, self.source[start : self.at])

    def bounds(self) -> tuple[int, int]:
        found = _BOUNDS.match(self.source, self.at)
        low, comma, high = found.groups("") if found else ("", "", "")
        if found is None or not low + high:
            message = "write a quantifier as {m}, {m,} or {m,n} with numbers below 10000; a brace itself as \\{"
            raise self.fail(message, self.at)
        lowest = int(low or 0)
        highest = lowest if not comma else int(high) if high else MANY
        if highest < lowest:
            raise self.fail("the quantifier's bounds are the wrong way round", self.at)
        self.at = found.end()
        return lowest, highest


# the parts that many patterns have in common are made, and looked into, once
_wild, _assertion = remembered(Wild), remembered(Assertion)
_chars, _repeat = remembered(Chars), remembered(Repeat)
_folded = remembered(fold_char)


@remembered
def _text(written: str) -> Part | None:
    folded = "".join(map(_folded, written))
    return Text(folded) if folded else None


@remembered
def _plain_group(source: str) -> Part:
    texts = ["".join(map(_folded, word)) for word in source.split("|")]
    if not all(texts) or not _MARKS.isdisjoint(source):
        return parse(source)
    return Words(tuple(texts)) if len(texts) > 1 else Text(texts[0])


@remembered
def _plain_class(negated: str, source: str) -> Part | None:
    body = "".join(map(_folded, source))
    if not body:
        return None
    return _wild(f"[^{_in_class(body)}]") if negated else _listed(_in_class(body), frozenset(body))


def _listed(body: str, chars: frozenset[str]) -> Part:
    """A class that lists its characters: a small one can be part of a word."""
    return _chars(chars) if len(chars) <= SMALL else _wild(f"[{body}]", chars)


@remembered
def _misread(source: str) -> str:
    """Return why ``re`` does not understand a class (``[9-0]``); nothing where it does."""
    try:
        re.compile(source)
    except re.error as error:
        return error.msg
    return ""


def _in_class(text: str) -> str:
    return "".join("\\" + char if char in "\\]^-[&~|" else char for char in text)


def parse(source: str, slot: Slot | None = None) -> Part:
    """Return the parsed pattern; ``slot`` gives what a slot such as ``{customer}`` stands for, by its name.

    Raises:
        PatternFault: the syntax is not supported, with the place and what to write instead.
    """
    parser = _Parser(source, slot)
    part = parser.choice()
    if parser.at < len(source):
        raise parser.fail("a ) without its (", parser.at)
    return part
