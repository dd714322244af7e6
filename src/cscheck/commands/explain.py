"""``cscheck explain``: one conversation told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from ..checker import Checker
from ..errors import InputError, Problem
from ..gather import gather
from ..readers import read
from .options import Inputs, Layout, Packs, Scheme, faults, mapping_of


def explain(
    inputs: Inputs,
    conversation: Annotated[
        str | None,
        typer.Option("--conversation", help="The conversation's id (会话ID); needed where there are several."),
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
        batches = [turns for name in sorted(set(inputs)) for turns, _ in read(Path(name), name, mapping)]
        conversations = {c.conversation_id: c for batch in gather(pa.concat_tables(batches))[0] for c in batch}
        if conversation is None and len(conversations) == 1:
            conversation = next(iter(conversations))
        if conversation not in conversations:
            some = ", ".join(list(conversations)[:8]) + (", …" if len(conversations) > 8 else "")
            what = "name one with --conversation" if conversation is None else f"no conversation {conversation!r}"
            raise InputError(Problem(" ".join(inputs), 0, 0, "I134", f"{what} (there are: {some})"))
        print(checker.check(conversations[conversation]).explanation)
