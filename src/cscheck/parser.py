"""The parser of patterns.

The syntax is the common core of ``re``: literals, classes, ``.``, groups, ``|``, quantifiers, look-around, ``^`` and
``$``. Four things differ, because the text is Chinese speech: every group is non-capturing, ``.`` does not cross a
clause end (。！？；… or a line break; it does cross a comma), literals are folded as the text is (width, case,
Traditional to Simplified), and ``{customer}`` stands for the words of a class.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from .normalize import fold_char
from .patterns import MANY, Assertion, Chars, Choice, Concat, Part, Repeat, Wild, render

CLAUSE_ENDS = "。!?;…\n"
DEEPEST = 30  # groups inside one another
DOT = f"[^{CLAUSE_ENDS}\0]"
SMALL = 12  # characters of a class that can be part of a word
_CLASS_ESCAPES = set("dDsSwW")
SLOT = re.compile(r"(?<!\\)\{([a-z][a-z_]*)\}")
Slot = Callable[[str], Part]
_WORDS = re.compile(r"[^\\.^$*+?{}\[\]|()]+(?![*+?{])")  # mere characters, none of them repeated
_PLAIN = re.compile(r"([^()\[\]{}\\?*+]*)\)")  # the rest of a group of mere words
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
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Part:
        parts: list[Part] = []
        while self.peek() and self.peek() not in "|)":
            words = _WORDS.match(self.source, self.at)
            if words:
                self.at = words.end()
                parts += [part for part in map(_character, words.group()) if part is not None]
                continue
            part = self.quantified(self.atom())
            if part is not None:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Concat(tuple(parts))

    def atom(self) -> Part | None:
        char = self.take()
        if char == "(":
            return self.group()
        if char == "[":
            return self.klass()
        if char == ".":
            return Wild(DOT)
        if char in "^$":
            return Assertion(r"\A" if char == "^" else r"\Z")
        if char == "{" and (slot := self.named(self.at - 1)):
            self.at += len(slot) + 1
            return self.slot(slot) if self.slot else None
        if char in "*+?{":
            raise self.fail("nothing to repeat", self.at - 1)
        if char == "\\":
            return self.escape()
        return _character(char)

    def escape(self) -> Part:
        char = self.escaped()
        return Wild("\\" + char) if char in _CLASS_ESCAPES else Chars(frozenset(fold_char(char)))

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

    def group(self) -> Part:
        plain = _PLAIN.match(self.source, self.at)
        if plain:
            self.at = plain.end()
            return _plain_group(plain[1])
        start, opening = self.at, "(?:"
        for known in ("?:", "?=", "?!", "?<=", "?<!"):
            if self.source.startswith(known, self.at):
                self.at += len(known)
                opening = "(" + known
                break
        else:
            if self.peek() == "?":
                raise self.fail("this kind of group is not supported (known: (?: (?= (?! (?<= (?<!)", start - 1)
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fail(f"groups nested more than {DEEPEST} levels deep", start - 1)
        inner = self.choice()
        self.depth -= 1
        if self.take() != ")":
            raise self.fail("a group is not closed", start - 1)
        return inner if opening == "(?:" else Assertion(opening + render(inner) + ")", inner)

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
            folded = fold_char(char)
            chars.update(folded)
            body += "".join("\\" + c if c in "\\]^-[&~|" else c for c in folded)
        self.at += 1
        if not body:
            raise self.fail("an empty class", start - 1)
        if plain and len(chars) <= SMALL:
            return Chars(frozenset(chars))
        source = f"[{'^' if negated else ''}{body}]"
        try:
            re.compile(source)
        except re.error as error:
            raise self.fail(f"a class is not understood ({error.msg})", start - 1) from None
        return Wild(source, frozenset(chars) if plain else None)

    def quantified(self, part: Part | None) -> Part | None:
        start = self.at
        char = self.peek()
        low, high = 1, 1
        if char and char in "*+?":
            self.at += 1
            low, high = {"*": (0, MANY), "+": (1, MANY), "?": (0, 1)}[char]
        elif char == "{" and not self.named(self.at):
            low, high = self.bounds()
        else:
            return part
        if self.peek() and self.peek() in "?+":
            self.at += 1
        if self.peek() and self.peek() in "*+{" and not self.named(self.at):
            raise self.fail("a quantifier on a quantifier", self.at)
        if part is None or isinstance(part, Assertion):
            raise self.fail("nothing to repeat", start)
        return Repeat(part, low, high, self.source[start : self.at])

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


@cache  # the parts that many patterns have in common are parsed, and looked into, once
def _character(char: str) -> Part | None:
    folded = fold_char(char)
    return Chars(frozenset(folded)) if folded else None


@cache
def _plain_group(source: str) -> Part:
    return parse(source)


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
