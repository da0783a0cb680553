# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import OperationalError

from odoo import models
from odoo.exceptions import ConcurrencyError

_logger = logging.getLogger(__name__)

OUTCOMES = ("sent", "failed", "suppressed", "unknown")


class CrmDispatch(models.Model):
    """Who is told what became of messages: add-ons by :meth:`_after_state`, consultants by automation rules on the state."""

    _inherit = "crm.dispatch"

    def _after_state(self, state):
        """Hook: these messages have come to a state; called once a batch or a report, with all that came to it together.

        States may be left out when a later one is known already, and the call is lost when the server dies before it: who
        must not miss anything reads the states (:meth:`_count_by_source`). An error here is logged and holds nothing up.

        :param str state: ``sent``, ``delivered``, ``opened``, ``clicked``, ``replied``, ``failed``, ``suppressed``,
            ``unknown`` or ``cancelled``
        """

    def _tell(self, state, *, is_written_by_sql=False):
        """Call the hook for these messages; what goes wrong there is undone and logged."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                if is_written_by_sql:
                    self._show_to_automation_rules(state)
                self._after_state(state)
        except (OperationalError, ConcurrencyError):
            raise
        except Exception:
            _logger.exception("What follows the state %s of %s messages failed", state, len(self))

    def _tell_outcomes(self, handed_ids):
        """Tell what became of the messages of a batch.

        :param handed_ids: those whose state was written by SQL, as the journal does
        """
        for state, group in self.grouped("state").items():
            if state in OUTCOMES:
                by_sql = group.filtered(lambda message: message.id in handed_ids)
                (group - by_sql)._tell(state)
                by_sql._tell(state, is_written_by_sql=state != "suppressed")

    def _show_to_automation_rules(self, state):
        """Write a state again that was written by SQL, so that automation rules see it come."""
        if "base.automation" not in self.env:
            return
        locked = self.try_lock_for_update().filtered(lambda message: message.state == state)
        for message in locked:
            message._update_cache({"state": "sending"})
        locked.write({"state": state})
