# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_core.exceptions import expected

from .crm_visit_step import LEAD


class CrmVisit(models.Model):
    """The customer's signature, what it locks, and how a lead corrects what is locked."""

    _inherit = "crm.visit"

    signature = fields.Image(max_width=1024, max_height=1024, readonly=True, copy=False)
    signed_by = fields.Char(readonly=True, copy=False)
    date_signed = fields.Datetime("Signed on", readonly=True, copy=False)
    no_signature_reason = fields.Char("Why There Is No Signature", copy=False)
    is_locked = fields.Boolean(
        "Locked",
        readonly=True,
        copy=False,
        help="Answers, photos and times stay as the customer signed them, or as the visit ended.",
    )
    is_corrected = fields.Boolean("Being Corrected", readonly=True, copy=False)
    correction_ids = fields.One2many(
        "crm.visit.correction", "visit_id", string="Corrections", readonly=True
    )

    def action_sign(self, name, image):
        """Take the customer's signature: what he saw is locked.

        :param str name: who signs
        :param str image: picture in base64
        :return: see ``get_site``
        :raises UserError: when something has to be answered first
        """
        visit = self._take_step("on_site")
        signer = " ".join(str(name or "").replace("\x00", "").split())[:100]
        if visit.is_locked:
            raise expected(UserError(self.env._("This visit is signed already.")))
        if not signer:
            raise expected(UserError(self.env._("Please say who signs.")))
        if missing := visit._get_missing(with_signature=False):
            raise expected(UserError("\n".join(missing)))
        visit._check_picture(image)
        visit.write(
            {
                "signature": image,
                "signed_by": signer,
                "date_signed": fields.Datetime.now(),
                "no_signature_reason": False,
                "is_locked": True,
            }
        )
        return self.get_site()

    def action_correct(self):
        """Ask why, and open what is locked."""
        self.ensure_one()
        self._check_may_correct()
        return self._ask_reason("correct", self.env._("Correct the Visit"))

    def action_lock(self):
        """Lock the visit again after a correction."""
        self._check_may_correct()
        # sudo: crm.visit - written by its steps only
        self.sudo().filtered("is_corrected").write({"is_locked": True, "is_corrected": False})
        return True

    def _check_may_correct(self):
        self.check_access("write")
        if not self.env.user.has_group(LEAD):
            raise AccessError(self.env._("Team leads correct what is signed."))

    def _correct(self, reason):
        """Open a locked visit, and keep why.

        :param str reason: in words
        """
        self.ensure_one()
        self._check_may_correct()
        if not self.is_locked:
            raise expected(UserError(self.env._("This visit is not locked.")))
        if not reason:
            raise expected(UserError(self.env._("Please say why.")))
        # sudo: crm.visit, crm.visit.correction - written by this step only
        visit = self.sudo()
        visit.env["crm.visit.correction"].create(
            {"visit_id": self.id, "user_id": self.env.uid, "reason": reason}
        )
        visit.write({"is_locked": False, "is_corrected": True})
        self._message_log(
            body=Markup("<p>%s</p><p>%s</p>")
            % (self.env._("Opened again to be corrected."), reason)
        )

    def _note_correction(self, name, before, after):
        """Keep what a correction changed.

        :param str name: of what was changed
        :param before: in words
        :param after: in words
        """
        if self.is_corrected and (before or "") != (after or ""):
            self._message_log(
                body=self.env._(
                    "%(name)s: “%(before)s” became “%(after)s”.",
                    name=name,
                    before=before or "",
                    after=after or "",
                )
            )

    def _check_unlocked(self):
        """Refuse to change what is locked.

        :raises UserError: when it is
        """
        if any(visit.is_locked or visit.state == "cancelled" for visit in self):
            raise expected(
                UserError(
                    self.env._(
                        "This visit is signed, done or cancelled. A team lead can open it again to correct it."
                    )
                )
            )

    def _get_likely_signer(self):
        """Return the name that the signature dialog begins with.

        :rtype: str
        """
        # sudo: crm.ticket, res.partner - whom the visit is to
        visit = self.sudo()
        contact = visit.ticket_id.partner_id or visit.partner_id
        return contact.name if not contact.is_company else ""
