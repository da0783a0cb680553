from .clusters import find_clusters
from .names import LEGAL_FORMS, name_tokens

__all__ = ["LEGAL_FORMS", "find_clusters", "name_tokens"]
