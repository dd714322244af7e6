"""The dialogue in one cell as lines of talk, whatever parts them; and texts without the rests of HTML."""

from __future__ import annotations

import re
from html import unescape

import pyarrow as pa
from pyarrow import compute as pc

from .lexicon import ColumnMapping
from .talk import on_one_line, with_colons
from .values import by_value

# Tags that part lines, tags within a line, and entities, as exports of chats hold them; what else stands in <> stays.
# Behind a tag's name stand attributes alone (name=value, the quotes perhaps behind a backslash): a<b 三天到货> is text.
_VALUE = r"""(?:\\?"[^"<>]*+"|\\?'[^'<>]*+'|[^\s"'<>]++)"""
_END = rf"(?:\s++[A-Za-z_:@][A-Za-z0-9_:@.-]*+\s*+=\s*+{_VALUE})*+\s*+/?>"
_BREAK = re.compile(
    rf"</?(?:br|p|div|li|ul|ol|dl|dt|dd|tr|table|tbody|thead|section|h[1-6]|blockquote|hr){_END}",
    re.IGNORECASE,
)
_LINE = re.compile("[\n\r\v\f\x85\u2028\u2029]")
_TAG = re.compile(rf"</?(?:span|b|strong|i|em|u|s|font|a|td|th|small|pre|code|label){_END}", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,8});")


def lines_of_talk(cell: str, mapping: ColumnMapping) -> list[str]:
    """Return the lines of a dialogue in one cell that are not blank.

    They are parted by line breaks, by ``<br>``, ``<p>`` and their kind, and by what the mapping says parts lines; tags
    within a line (``<span>``) are dropped, and entities (``&nbsp;``, ``&lt;``) are what they stand for.
    In a cell of one line a backslash with n parts them, too, and so does one sign (``→``, ``|``, ``；``, blanks …) that
    a known speaker follows each time.
    """
    text = _plain(cell) if "<" in cell or "&" in cell else cell
    if "\n" not in text and mapping.line_separator != "\\n":
        text = text.replace("\\r\\n", "\n").replace("\\n", "\n")  # as programs write a line break
    if mapping.line_separator:
        text = text.replace(mapping.line_separator, "\n")
    lines = [line for line in _LINE.split(text) if line.strip()]
    return with_colons(on_one_line(lines[0], mapping) if len(lines) == 1 else lines, mapping)


def plain_texts(texts: pa.Array) -> pa.Array:
    """Return a column of texts without the tags and entities of HTML (``保证&nbsp;三天<br>到货``)."""
    marked = pc.match_substring_regex(texts, "<[A-Za-z/]|&[#A-Za-z]")
    if not pc.any(marked).as_py():
        return texts
    plain = by_value(texts.filter(marked), lambda text: (_rid(text),), 1)[0]
    return pc.replace_with_mask(texts, marked, plain)


def _rid(text: str) -> str:
    """Return a text that may hold HTML without it; the blank lines and ends that tags leave go, too."""
    found = _plain(text)
    return text if found == text else "\n".join(line for line in _LINE.split(found) if line.strip()).strip()


def _plain(cell: str) -> str:
    """Return a cell with line breaks for the tags that part lines, without other tags, and without entities."""
    text = _TAG.sub("", _BREAK.sub("\n", cell))
    return _ENTITY.sub(lambda found: unescape(found[0]), text).replace("\xa0", " ")
