"""Writes readings.tsv, words.tsv and pairs.tsv of lexicons/sound: how characters are read and which stand together.

Run once by hand, with pypinyin and jieba installed (``pip install pypinyin jieba``); the library itself reads only
the tables. Text files given as arguments add the pairs that stand in them at least ``OFTEN`` times; the shipped
table was made with sentences written for this project, one a line::

    python tools/make_sound_table.py SENTENCES.txt...

Readings are those of pypinyin (https://github.com/mozillazg/python-pinyin, MIT License), without tones: for each
character the one it has most often in the words of jieba's dictionary (https://github.com/fxsjy/jieba, MIT License).
Traditional characters are left out: text is folded to Simplified before it is heard.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

import jieba
from pypinyin import lazy_pinyin

HAN = range(0x4E00, 0x9FD6)
KNOWN = 3  # a character counts when the words that hold it have this frequency together
JOINED = 10  # frequency of a word whose characters stand together for sure
MEANT = 300  # frequency of a word of two characters that a mis-heard spelling may stand for
OFTEN = 3  # times that two characters stand together in the given texts
LEXICONS = Path(__file__).resolve().parents[1] / "lexicons"

READINGS = """\
# How characters are read (读音), without tones: syllable<TAB>characters.
# Source: pypinyin {pypinyin}, https://github.com/mozillazg/python-pinyin, MIT License; for each character its most
# frequent reading in the words of jieba {jieba}, https://github.com/fxsjy/jieba, MIT License.
# Made by tools/make_sound_table.py.
"""
WORDS = """\
# Words of two characters that a mis-heard spelling may stand for (双字词), the most frequent first, those of one
# frequency class in one line. Source: words of jieba {jieba} (https://github.com/fxsjy/jieba, MIT License) with a
# frequency of {meant} or more. Made by tools/make_sound_table.py.
"""
PAIRS = """\
# Characters that stand together in ordinary text (常见字对): character<TAB>those that follow it. What stands here is
# no mis-heard word. Sources: words of jieba {jieba} (https://github.com/fxsjy/jieba, MIT License) with a frequency of
# {joined} or more, and sentences written for this project. Made by tools/make_sound_table.py.
"""


def frequencies() -> dict[str, int]:
    """Return the words of jieba's dictionary that consist of simplified Han characters, with their frequencies."""
    fold = (LEXICONS / "fold" / "trad_simp.tsv").read_text(encoding="utf-8").splitlines()
    traditional = {line[0] for line in fold if not line.startswith("#")}
    found = {}
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, _ = line.split(" ")
        if all(ord(character) in HAN and character not in traditional for character in word):
            found[word] = int(frequency)
    return found


def readings(words: dict[str, int]) -> Iterator[str]:
    """Yield the lines of readings.tsv."""
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, frequency in words.items():
        for character, syllable in zip(word, lazy_pinyin(word), strict=True):
            seen[character][syllable] += frequency
    read = defaultdict(list)
    for character in sorted(seen):
        if seen[character].total() >= KNOWN:
            read[max(seen[character].items(), key=lambda item: (item[1], item[0]))[0]].append(character)
    for syllable in sorted(read):
        if syllable.isascii():
            yield f"{syllable}\t{''.join(read[syllable])}\n"


def meant(words: dict[str, int]) -> Iterator[str]:
    """Yield the lines of words.tsv."""
    classes: defaultdict[int, list[str]] = defaultdict(list)
    for word, frequency in words.items():
        if len(word) == 2 and frequency >= MEANT:
            classes[frequency.bit_length()].append(word)
    for size in sorted(classes, reverse=True):
        yield " ".join(sorted(classes[size], key=lambda word: (-words[word], word))) + "\n"


def pairs(words: dict[str, int], lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of pairs.tsv."""
    counts = Counter(line[i : i + 2] for line in lines for i in range(len(line) - 1))
    found = {pair for pair, n in counts.items() if n >= OFTEN and all(ord(character) in HAN for character in pair)}
    found |= {word[i : i + 2] for word, n in words.items() if n >= JOINED for i in range(len(word) - 1)}
    after = defaultdict(list)
    for pair in sorted(found):
        after[pair[0]].append(pair[1])
    for character, following in after.items():
        yield f"{character}\t{''.join(following)}\n"


def main() -> None:
    """Write the tables."""
    words = frequencies()
    lines = [line for path in sys.argv[1:] for line in Path(path).read_text(encoding="utf-8").splitlines()]
    made = {"jieba": version("jieba"), "pypinyin": version("pypinyin"), "joined": JOINED, "meant": MEANT}
    tables = {
        "readings.tsv": (READINGS, readings(words)),
        "words.tsv": (WORDS, meant(words)),
        "pairs.tsv": (PAIRS, pairs(words, lines)),
    }
    for name, (header, rows) in tables.items():
        text = header.format(**made) + "".join(rows)
        (LEXICONS / "sound" / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
