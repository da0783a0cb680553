# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import controllers
from . import controllers, models
from . import models
from . import models, wizard
from . import report
from . import wizard
