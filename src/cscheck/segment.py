"""Word boundaries (词边界) of folded text; the only module that knows a segmenter.

Two libraries give the same boundaries: rjieba (Rust, about fifteen times faster) and jieba. Only runs of Han
characters are segmented, always without the hidden Markov model: its guesses on unknown words cannot be
reproduced from a dictionary, and on runs such as ``5-10`` and ``a_b.c`` the two libraries differ.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from .data import lexicons
from .errors import PackError, Problem

MODES = ("both", "left", "right", "none")
# U+4E00 to U+9FD5 is what jieba takes as Han; characters outside are words of one character.
_HAN = re.compile(r"[\u4e00-\u9fd5]+")
_RUN = re.compile(r"[\u4e00-\u9fd5]{2,}|[A-Za-z0-9]{2,}")
# 八|八八 and 八八|八 weigh the same, so rounding would decide, and not alike in the two libraries.
_REPEATED = re.compile(r"(.)\1{2,}")
_REMEMBERED_RUNS = 65_536
_LONGEST_REMEMBERED = 40


class Segmenter:
    """Cuts Han text into words of jieba's dictionary and tells where words meet.

    ``words`` are corrections to the dictionary: a word and its frequency, 0 for an entry that is not one word.
    Between the same three or more characters (好好好) there is always a boundary.
    The dictionary is loaded at the first use. A segmenter can be pickled: the copy loads its own dictionary.
    """

    def __init__(self, words: Mapping[str, int] | None = None) -> None:
        self.words: dict[str, int] = dict(words or {})
        self._inner: dict[str, bytes] = {}
        for word, frequency in self.words.items():
            if len(word) < 2 or not _HAN.fullmatch(word) or frequency < 0:
                raise ValueError(
                    f"dictionary word {word!r} with frequency {frequency}: a word has two or more Han characters "
                    "(anything else can never be cut out) and a frequency of 0 or more"
                )

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.words,)

    def cut(self, run: str) -> Sequence[str]:
        """Return the words of a text that consists of Han characters only."""
        raise NotImplementedError

    def boundaries(self, text: str) -> bytes:
        """Return one byte for each offset 0..len(text) of a folded text: 1 where a word begins or ends, else 0."""
        flags = bytearray(b"\1") * (len(text) + 1)
        for match in _RUN.finditer(text):
            start, end = match.span()
            if text[start] < "\x80":
                flags[start + 1 : end] = bytes(end - start - 1)
            else:
                flags[start + 1 : end] = self._inside(match.group())
        return bytes(flags)

    def is_boundary(self, text: str, offset: int) -> bool:
        """Tell whether a word of the folded text begins or ends at ``offset``; segments only the run around it."""
        if not 0 < offset < len(text):
            return True
        before, after = text[offset - 1], text[offset]
        if before < "\x80" or after < "\x80":
            return not (before.isalnum() and after.isalnum() and before < "\x80" and after < "\x80")
        if not ("\u4e00" <= before <= "\u9fd5" and "\u4e00" <= after <= "\u9fd5"):
            return True
        start, end = offset - 1, offset + 1
        while start > 0 and "\u4e00" <= text[start - 1] <= "\u9fd5":
            start -= 1
        while end < len(text) and "\u4e00" <= text[end] <= "\u9fd5":
            end += 1
        return self._inside(text[start:end])[offset - start - 1] == 1

    def _inside(self, run: str) -> bytes:
        """Return the flags of the offsets inside a run of Han characters, its two edges left out."""
        known = self._inner.get(run)
        if known is not None:
            return known
        flags = bytearray(len(run) - 1)
        offset = -1
        for word in self.cut(run)[:-1]:
            offset += len(word)
            flags[offset] = 1
        for match in _REPEATED.finditer(run):
            flags[match.start() : match.end() - 1] = b"\1" * (match.end() - match.start() - 1)
        inner = bytes(flags)
        if len(run) <= _LONGEST_REMEMBERED:
            if len(self._inner) >= _REMEMBERED_RUNS:
                self._inner.clear()
            self._inner[run] = inner
        return inner


class RustSegmenter(Segmenter):
    """Segments with rjieba."""

    @cached_property
    def _rjieba(self) -> Any:
        tokenizer = import_module("rjieba").Jieba()  # an own one: the module's functions share theirs with the host
        for word, frequency in self.words.items():
            tokenizer.add_word(word, frequency, "")
        return tokenizer

    def cut(self, run: str) -> Sequence[str]:
        """Return the words of a text that consists of Han characters only."""
        words: list[str] = self._rjieba.cut(run, hmm=False)
        return words


class JiebaSegmenter(Segmenter):
    """Segments with jieba, on a private tokenizer: the host's ``jieba`` functions notice nothing."""

    @cached_property
    def _jieba(self) -> Any:
        with warnings.catch_warnings():  # jieba 0.42.1: invalid escapes, pkg_resources (PR #1044, #1045)
            warnings.simplefilter("ignore")
            tokenizer = import_module("jieba").Tokenizer()
        # Tokenizer.initialize() would read and write a cache file in the shared temporary folder, which others may
        # have planted (jieba PR #686), and log to standard error.
        frequencies, total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        for word, frequency in self.words.items():
            # Not add_word(): with frequency 0 it changes every tokenizer of the process.
            total += frequency - frequencies.get(word, 0)
            frequencies[word] = frequency
            for end in range(1, len(word)):
                frequencies.setdefault(word[:end], 0)
        tokenizer.FREQ, tokenizer.total, tokenizer.initialized = frequencies, total, True
        return tokenizer

    def cut(self, run: str) -> Sequence[str]:
        """Return the words of a text that consists of Han characters only."""
        words: list[str] = self._jieba.lcut(run, HMM=False)
        return words


def default_segmenter(words: Mapping[str, int] | None = None) -> Segmenter:
    """Return the faster segmenter that is installed, with the shipped corrections unless ``words`` are given."""
    corrections = load_words() if words is None else words
    return RustSegmenter(corrections) if find_spec("rjieba") else JiebaSegmenter(corrections)


def load_words() -> dict[str, int]:
    """Return the shipped corrections to the dictionary: each word with its frequency.

    Raises:
        PackError: a line of the file is not ``word<TAB>frequency<TAB>reason``; all such lines are named.
    """
    path = lexicons() / "words.tsv"
    words: dict[str, int] = {}
    problems = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        word, frequency, reason = (*line.split("\t"), "", "", "")[:3]
        if _HAN.fullmatch(word) and len(word) > 1 and frequency.isdecimal() and reason and word not in words:
            words[word] = int(frequency)
        else:
            message = f"expected word<TAB>frequency<TAB>reason, each word once and all Han (got {line!r})"
            problems.append(Problem(str(path), number, 1, "P190", message))
    if problems:
        raise PackError(problems)
    return words


def on_boundaries(segmenter: Segmenter, text: str, start: int, end: int, mode: str = "both") -> bool:
    """Tell whether the span ``start:end`` of a folded text meets word boundaries as a rule asks.

    ``mode``: ``both`` edges, the ``left`` or the ``right`` one, or ``none`` (always true).
    """
    if mode in ("both", "left") and not segmenter.is_boundary(text, start):
        return False
    return mode not in ("both", "right") or segmenter.is_boundary(text, end)
