"""The small learned model (小模型): n-grams of folded turns, weighed for each category at once."""

from .features import Grams, grams
from .model import Model, decisive, load_model, save_model, score

__all__ = ["Grams", "Model", "decisive", "grams", "load_model", "save_model", "score"]
