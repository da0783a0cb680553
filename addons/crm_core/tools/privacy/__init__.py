# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .abbreviation import abbreviate
from .archive import Archive
from .mentions import Mentions
from .personal_data import ERASED, PersonalData

__all__ = ["ERASED", "Archive", "Mentions", "PersonalData", "abbreviate"]
