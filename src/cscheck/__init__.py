"""cscheck: speech-compliance checker for Chinese customer service (客服话术质检)."""

from .checker import Checked, Checker, Scored
from .errors import CscheckError, InputError, PackError, Problem
from .model import Conversation, Evidence, Finding, Turn

__all__ = [
    "Checked",
    "Checker",
    "Conversation",
    "CscheckError",
    "Evidence",
    "Finding",
    "InputError",
    "PackError",
    "Problem",
    "Scored",
    "Turn",
]
