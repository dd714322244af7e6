"""Writes lexicons/fold/trad_simp.tsv: Traditional to Simplified, one character to one character.

Run once by hand, with OpenCC installed (``pip install opencc``); the library itself never needs it::

    python tools/make_fold_tables.py

The table is what OpenCC's configuration ``t2s`` (https://github.com/BYVoid/OpenCC, Apache License 2.0) makes of each
ideograph standing alone, less the pairs whose simplified form lies outside the Basic Multilingual Plane (no
dictionary and no rule is written with those), plus ``OWN_CHOICES``.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import opencc

IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x323B0))

# OpenCC decides these by the phrase around them; a table of single characters has to choose. Chosen is the reading
# of customer-service text: 瞭解, 藉口, 帳號 and 帳單 far outnumber 瞭望, 慰藉 and 帳篷.
OWN_CHOICES = {"妳": "你", "牠": "它", "瞭": "了", "藉": "借", "帳": "账"}

HEADER = """\
# Traditional to Simplified characters (繁体到简体), one to one: traditional<TAB>simplified.
# Source: OpenCC {version}, configuration t2s, https://github.com/BYVoid/OpenCC, Apache License 2.0.
# Made by tools/make_fold_tables.py, which also holds this project's own choices: {own}.
"""


def pairs() -> dict[str, str]:
    """Return every single character that OpenCC alone changes into another single character."""
    convert = opencc.OpenCC("t2s").convert
    found = {}
    for first, end in IDEOGRAPHS:
        for character in map(chr, range(first, end)):
            simplified = convert(character)
            if simplified != character and len(simplified) == 1 and ord(simplified) <= 0xFFFF:
                found[character] = simplified
    return found | OWN_CHOICES


def main() -> None:
    """Write the table, sorted by code point."""
    own = " ".join(f"{trad}→{simp}" for trad, simp in OWN_CHOICES.items())
    lines = [HEADER.format(version=version("opencc"), own=own)]
    lines += [f"{trad}\t{simp}\n" for trad, simp in sorted(pairs().items())]
    target = Path(__file__).resolve().parents[1] / "lexicons" / "fold" / "trad_simp.tsv"
    target.write_text("".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
