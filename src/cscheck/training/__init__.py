"""Training (训练) of the small model from labelled sentences: ``train(sentences, date)``. Needs scikit-learn."""

from .card import train
from .fit import Settings
from .sentences import Sentence, contradictions, read_sentences

__all__ = ["Sentence", "Settings", "contradictions", "read_sentences", "train"]
