"""The turn table (话轮表): the one shape in which every reader hands on what it read."""

from __future__ import annotations

import pyarrow as pa

# One row a turn. ``turn_index`` is null where the file gives none. ``start`` and ``end`` are seconds from the start
# of the conversation. ``sent_at`` is the wall clock as written; a time with a zone is turned into UTC and the zone
# dropped, so that the times of one conversation can be subtracted. ``meta`` is a JSON object with sorted keys.
# ``line`` is the 1-based line in the file where the row begins (in Parquet and frames the 1-based row), ``position``
# the place of the turn among those of one line (only JSONL has more than one).
TURNS = pa.schema(
    [
        pa.field("conversation_id", pa.string(), nullable=False),
        pa.field("turn_index", pa.int32()),
        pa.field("role", pa.string(), nullable=False),
        pa.field("agent_id", pa.string()),
        pa.field("text", pa.string(), nullable=False),
        pa.field("start", pa.float64()),
        pa.field("end", pa.float64()),
        pa.field("sent_at", pa.timestamp("us")),
        pa.field("channel", pa.string()),
        pa.field("meta", pa.string()),
        pa.field("file", pa.string(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("position", pa.int32(), nullable=False),
    ]
)

# One row for every input row that could not be used, and for every empty turn (which stays in the turn table too).
REJECTS = pa.schema(
    [
        pa.field("file", pa.string(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("conversation_id", pa.string()),
        pa.field("turn_index", pa.int32()),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
