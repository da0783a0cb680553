from .clusters import find_clusters
from .names import LEGAL_FORMS, name_tokens
from .numbers import is_telling_code, is_telling_phone

__all__ = ["LEGAL_FORMS", "find_clusters", "is_telling_code", "is_telling_phone", "name_tokens"]
