# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import timedelta

from odoo import api, models
from odoo.tools.misc import format_date, hash_sign, verify_hash_signed

from .crm_satisfaction_answer import CHANGEABLE, LONGEST_COMMENT
from .crm_satisfaction_rule import SCALES

TOKEN = re.compile(r"[\w-]{40,400}", re.ASCII)
SCOPE = "crm_support.satisfaction"
#: how long a form that was opened can be sent
FORM_LIFE = timedelta(days=2)


class CrmSatisfaction(models.Model):
    """The customer's page: the signed link is the right to answer one question, the page says what is asked."""

    _inherit = "crm.satisfaction"

    def _get_path(self):
        """Return the address of the customer's page, without the server."""
        self.ensure_one()
        # sudo: ir.config_parameter - the database's secret
        return f"/satisfaction/{hash_sign(self.env(su=True), self._get_scope(), [self.id])}"

    @api.model
    def _read_token(self, token):
        """Return the question that a link stands for.

        :param str token: what stands in the address
        :return: the question; an empty one when it was deleted since; None when the link is none of ours
        """
        found = self._verify(token, self._get_scope())
        # sudo: crm.satisfaction - the signed link is the right to this one
        return None if found is None else self.sudo().browse(found).exists()

    def _sign_form(self):
        """Return what a form carries: it was opened by this link, not long ago."""
        # sudo: ir.config_parameter - the database's secret
        env = self.env(su=True)
        return hash_sign(env, self._get_scope("form"), [self.id], expiration=FORM_LIFE)

    def _is_form(self, signature):
        """Return whether a form that was sent is one of ours, for this question."""
        return self._verify(signature, self._get_scope("form")) == [self.id]

    @api.model
    def _get_scope(self, part="link"):
        """Return what a signature is for: a copy of this database does not take its links."""
        # sudo: ir.config_parameter - the database's own number
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"{SCOPE}:{part}:{uuid}"

    @api.model
    def _verify(self, token, scope):
        """Return what is signed, if it is by us and not too old."""
        if not TOKEN.fullmatch(token or ""):
            return None
        try:
            # sudo: ir.config_parameter - the database's secret
            return verify_hash_signed(self.env(su=True), scope, token)
        except ValueError:
            return None

    # -- What is said ------------------------------------------------------------------------------

    def _get_sentence(self):
        """Return the question in words."""
        company = self.company_id.name
        match self.kind:
            case "nps":
                return self.env._(
                    "How likely are you to recommend %s to a friend or colleague?", company
                )
            case "ces":
                return self.env._(
                    "Do you agree? “%s made it easy for me to get this settled.”", company
                )
        return self.env._("How satisfied are you with the help you got?")

    def _get_choices(self):
        """Return the scores one can choose, from the highest where each has a name, with what they are called.

        :rtype: list[tuple[int, str]]
        """
        lowest, highest = SCALES[self.kind]
        names = self._get_score_names()
        choices = [(score, names.get(score, "")) for score in range(lowest, highest + 1)]
        return choices[::-1] if self.kind == "csat" else choices

    def _get_score_names(self):
        _ = self.env._
        match self.kind:
            case "nps":
                return {0: _("Not at all likely"), 10: _("Extremely likely")}
            case "ces":
                return {1: _("Strongly disagree"), 7: _("Strongly agree")}
        return {
            1: _("Very dissatisfied"),
            2: _("Dissatisfied"),
            3: _("Neither satisfied nor dissatisfied"),
            4: _("Satisfied"),
            5: _("Very satisfied"),
        }

    def _prepare_page_values(self):
        """Return what the customer's page and the messages say about this question, in the language of the context.

        :rtype: dict
        """
        self.ensure_one()
        changeable_until = self.date_answered and self.date_answered + CHANGEABLE
        return {
            "question": self,
            "company": self.company_id.name,
            "number": self.ticket_id.number,
            "subject": self.ticket_id.name,
            "sentence": self._get_sentence(),
            "choices": self._get_choices(),
            "names": sorted(self._get_score_names().items()),
            "path": self._get_path(),
            "until": changeable_until and format_date(self.env, changeable_until),
            "longest_comment": LONGEST_COMMENT,
        }
