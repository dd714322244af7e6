"""``cscheck explain``: one conversation told."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.compute as pc
import typer

from ..checker import Checker
from ..checks import plain
from ..errors import InputError, Problem
from ..gather import gather
from ..readers import Origins, read
from ..readers.lexicon import fold_name
from ..reasons import in_chinese
from .options import Inputs, Layout, Packs, Scheme, faults, filled, mapping_of

SHOWN = 8  # ids of conversations that a message names


def explain(
    inputs: Inputs,
    conversation: Annotated[
        str | None,
        typer.Option(
            "--conversation",
            help="The conversation's id (会话ID); needed where there are several.",
            metavar="ID",
            callback=filled,
        ),
    ] = None,
    pack: Packs = None,
    scheme: Scheme = "standard",
    layout: Layout = None,
) -> None:
    """Tell how one conversation was judged (逐条说明).

    What was found, what was let go and why, what was not due, and how the score comes about.
    """
    with faults():
        checker = Checker(pack or ["base"], scheme)
        mapping = mapping_of(layout)
        origins = Origins()
        parts = [part for name in sorted(set(inputs)) for part in read(Path(name), name, mapping, origins)]
        rows = pa.concat_tables([turns for turns, _ in parts])
        batches, _, twice = gather(rows)
        conversations = {c.conversation_id: c for batch in batches for c in batch}
        if conversation is None and len(conversations) == 1:
            conversation = next(iter(conversations))
        if conversation not in conversations:
            message = _which(conversation, conversations)
            raise InputError(Problem(" ".join(inputs), 0, 0, "I134", message))
        rejects = pa.concat_tables([*(bad for _, bad in parts), twice])
        told = [checker.check(conversations[conversation]).explanation, *_whence(conversation, rows, rejects)]
        print("\n".join(plain(line) for part in told for line in part.split("\n")))


def _which(conversation: str | None, known: Collection[str]) -> str:
    """Return the message for a conversation that is not there, or not named: those that are most alike come first."""
    first: list[str] = []
    if conversation is not None:
        folded = fold_name(conversation)
        first = [one for one in known if folded in fold_name(one)]
        first += get_close_matches(conversation, known, SHOWN)
    some = list(dict.fromkeys([*first, *known]))
    shown = ", ".join(some[:SHOWN]) + (", …" if len(some) > SHOWN else "")
    what = "name one with --conversation" if conversation is None else f"no conversation {conversation!r}"
    return f"{what} (there are: {shown})"


def _whence(conversation: str, rows: pa.Table, rejects: pa.Table) -> Iterator[str]:
    """Yield where the conversation was read, if in several places, and which of its rows were not used."""
    own = rows.filter(pc.equal(rows["conversation_id"], conversation))
    files = own["file"].unique().to_pylist()
    if len(files) > 1:
        yield f"来自 {len(files)} 处：{'、'.join(sorted(files))}"
    lost = rejects.filter(pc.equal(rejects["conversation_id"], conversation)).to_pylist()
    if lost:
        yield f"未采用 {len(lost)} 行"
        yield from (f"  {row['file']}:{row['line']} {in_chinese(row['reason'])}" for row in lost)
