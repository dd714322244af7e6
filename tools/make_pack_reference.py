"""Writes lexicons/README.md, the reference of the pack format, from tools/pack_reference.md and what the code says.

The words stand in the template; what can go stale is taken from where it is decided::

    python tools/make_pack_reference.py

* ``<!-- rows: module.CONSTANT -->`` before a table: its first column must name exactly the keys of the constant, in
  backticks (``codes``: the codes of packs and schemes in the source; ``files``: what lies in ``lexicons``);
* ``<!-- generated: name -->`` is replaced by a list made from docstrings or data files.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import yaml

import cscheck
from cscheck import operators
from cscheck.categories import POLARITIES, load_categories
from cscheck.data import lexicons
from cscheck.source import Loader

TEMPLATE = Path(__file__).with_name("pack_reference.md")
HEAD = "<!-- 由 tools/make_pack_reference.py 生成，请改模板 tools/pack_reference.md 或程序里的说明，再运行它。 -->\n\n"
MARK = re.compile(r"<!-- (rows|generated): (\S+) -->\n")
SHOWN = 8  # words of a class


def reference(template: str) -> str:
    """Return the reference that a template makes.

    Raises:
        SystemExit: a table of the template does not name what the code knows; all such tables are told.
    """
    wrong = [fault for mark, name, rest in _marks(template) if mark == "rows" for fault in _mismatches(name, rest)]
    if wrong:
        raise SystemExit("\n".join(wrong))
    made = MARK.sub(lambda mark: "" if mark[1] == "rows" else "\n".join(GENERATED[mark[2]]()) + "\n", template)
    return HEAD + made


def _marks(template: str) -> Iterator[tuple[str, str, str]]:
    for mark in MARK.finditer(template):
        yield mark[1], mark[2], template[mark.end() :]


def _mismatches(name: str, rest: str) -> Iterator[str]:
    """Tell what the table that begins a text lacks, and what it has too much."""
    rows = rest.partition("\n\n")[0].splitlines()[2:]
    told = [key for row in rows for key in re.findall(r"`([^`]+)`", row.split("|")[1])]
    known = {"codes": _codes, "files": _files}.get(name, lambda: _constant(name))()
    for key in sorted(set(known) - set(told)):
        yield f"{TEMPLATE.name}: the table of {name} lacks `{key}`: add a row"
    for key in sorted(set(told) - set(known)):
        yield f"{TEMPLATE.name}: the table of {name} tells of `{key}`, which there is not: take the row out"


def _constant(name: str) -> Iterable[str]:
    module, _, constant = name.rpartition(".")
    found: Iterable[str] = getattr(import_module(module), constant)
    return found


def _codes() -> Iterable[str]:
    """Return the codes of packs and schemes that the source names."""
    source = Path(cscheck.__file__).parent
    return {code for path in source.rglob("*.py") for code in re.findall(r'"(P\d{3})"', path.read_text("utf-8"))}


def _files() -> Iterable[str]:
    """Return what lies in the folder of data files, folders with a stroke."""
    logs = ("README.md", "CHANGELOG.md")
    return [path.name + "/" * path.is_dir() for path in lexicons().iterdir() if path.name not in logs]


def operator_docs() -> dict[str, tuple[str, ...]]:
    """Return for each operator the paragraphs of its class's docstring, in the order of ``OPERATORS``.

    The docstring of an operator's module begins with the keys that it reads.
    """
    found: dict[str, tuple[str, ...]] = {}
    for info in iter_modules(operators.__path__):
        module = import_module(f"{operators.__name__}.{info.name}")
        keys = re.findall(r"``(\w+)``", (module.__doc__ or "").partition(":")[0])
        (condition,) = (
            kind for _, kind in inspect.getmembers(module, inspect.isclass)
            if kind.__module__ == module.__name__ and hasattr(kind, "find")
        )  # fmt: skip
        paragraphs = tuple(inspect.cleandoc(condition.__doc__ or "").split("\n\n"))
        found |= dict.fromkeys(keys, paragraphs)
    return {key: found[key] for key in operators.OPERATORS}


def _operators() -> Iterator[str]:
    docs = operator_docs()
    for paragraphs in dict.fromkeys(docs.values()):
        keys = [key for key, told in docs.items() if told == paragraphs]
        yield f"#### {' '.join(f'`{key}`' for key in keys)}\n"
        yield from (f"{paragraph.replace('``', '`')}\n" for paragraph in paragraphs)


def _categories() -> Iterator[str]:
    categories = load_categories()
    yield from ("| 类别 | 名称 | 违规或缺失 | 维度 |", "|---|---|---|---|")
    for polarity, title in zip(POLARITIES, ("违规", "缺失"), strict=True):
        for name, one in categories.of(polarity).items():
            yield f"| `{name}` | {one.title} | {title} | {categories.dimensions[one.dimension]} |"


def _shipped(folder: str) -> Iterator[Mapping[str, Any]]:
    """Yield the entries of the shipped files of a folder."""
    for path in sorted((lexicons() / folder).glob("*.yaml")):
        yield from yaml.load(path.read_bytes(), Loader=Loader)


def _cues() -> Iterator[str]:
    yield from ("随产品发布的线索：\n", "| 线索 | 名称 | 为什么放过 |", "|---|---|---|")
    yield from (f"| `{cue['id']}` | {cue['title']} | {cue.get('why', '')} |" for cue in _shipped("cues"))


def _states() -> Iterator[str]:
    yield from ("随产品发布的状态：\n", "| 状态 | 名称 |", "|---|---|")
    yield from (f"| `{state['id']}` | {state['title']} |" for state in _shipped("states"))


def _classes() -> Iterator[str]:
    yield from ("随产品发布的词类：\n", "| 词类 | 名称 | 词 |", "|---|---|---|")
    for one in _shipped("classes"):
        words = one["words"]
        more = f"…… 共 {len(words)} 个" if len(words) > SHOWN else ""
        yield f"| `{{{one['id']}}}` | {one['title']} | {'、'.join(words[:SHOWN])}{more} |"


GENERATED: Mapping[str, Callable[[], Iterator[str]]] = {
    "operators": _operators,
    "categories": _categories,
    "cues": _cues,
    "states": _states,
    "classes": _classes,
}


if __name__ == "__main__":
    target = lexicons() / "README.md"
    target.write_text(reference(TEMPLATE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"-> {target}")
