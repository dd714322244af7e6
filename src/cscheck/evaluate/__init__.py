"""Measuring (评测) a checker on labelled conversations: ``evaluate(checker, conversations, labels)``."""

from .evaluation import Evaluation, evaluate, noise_curve
from .labels import Labelled, Labels
from .read import read_labelled

__all__ = ["Evaluation", "Labelled", "Labels", "evaluate", "noise_curve", "read_labelled"]
