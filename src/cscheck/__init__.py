"""cscheck: speech-compliance checker for Chinese customer service (客服话术质检)."""

from .changes import Changes, compare
from .checker import Checker
from .errors import CscheckError, InputError, PackError, Problem
from .model import Conversation, Evidence, Finding, Turn
from .readers import ColumnMapping
from .results import Checked, Scored

__all__ = [
    "Changes",
    "Checked",
    "Checker",
    "ColumnMapping",
    "Conversation",
    "CscheckError",
    "Evidence",
    "Finding",
    "InputError",
    "PackError",
    "Problem",
    "Scored",
    "Turn",
    "compare",
]
