# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import binascii

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_core.exceptions import expected

from .crm_visit import OPEN, OUTCOMES
from .crm_visit_photo import LARGEST, MOST_PHOTOS

#: what pictures begin with; vector graphics and documents are none
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")


class CrmVisit(models.Model):
    """The worksheet of a visit, filled in on a phone: each answer is saved as it is given."""

    _inherit = "crm.visit"

    answer_ids = fields.One2many("crm.visit.answer", "visit_id", string="Worksheet", copy=False)
    photo_ids = fields.One2many("crm.visit.photo", "visit_id", string="Photos", copy=False)
    question_ids = fields.One2many(related="type_id.question_ids", string="What Will Be Asked")

    # -- The screen --------------------------------------------------------------------------------

    def get_site(self):
        """Return what the screen on site shows: steps, questions with answers, photos, signature.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        can_write = self.has_access("write")
        return {
            "state": self.state,
            "can_step": can_write and self.state in OPEN,
            "is_locked": self.is_locked,
            "can_fill": can_write and self._is_fillable(),
            "asks_position": bool(self.type_id.position_days),
            "is_signature_needed": self.type_id.is_signature_needed,
            "no_signature_reason": self.no_signature_reason or "",
            "signed_by": self.signed_by or "",
            "date_signed": self._format_moment(self.date_signed) or "",
            "signer": self._get_likely_signer(),
            "summary": self.summary or "",
            "outcome": self.outcome or "",
            "outcomes": self._fields["outcome"]._description_selection(self.env),
            "questions": [answer._prepare_screen() for answer in self.answer_ids],
            "photos": [photo._prepare_screen() for photo in self.photo_ids if not photo.answer_id],
            "check_in_place": self.check_in_place or "",
            "signature_url": f"/web/image/crm.visit/{self.id}/signature" if self.signed_by else "",
        }

    def save_answer(self, answer_id, value):
        """Keep one answer.

        :param int answer_id: of this visit
        :param value: see ``crm.visit.answer._set_value``
        :return: see ``get_site``
        """
        self._get_own_answer(answer_id)._set_value(value)
        return self.get_site()

    def save_result(self, values):
        """Keep what was done and what came of it.

        :param dict values: ``summary``, ``outcome``, ``no_signature_reason``; others are left out
        :return: see ``get_site``
        """
        self._begin_filling()
        kept = {
            name: str(values[name] or "").replace("\x00", "")[:5000] or False
            for name in ("summary", "outcome", "no_signature_reason")
            if name in values
        }
        if kept.get("outcome") and kept["outcome"] not in dict(OUTCOMES):
            del kept["outcome"]
        for name, value in kept.items():
            self._note_correction(
                self._fields[name]._description_string(self.env), self[name], value
            )
        # sudo: crm.visit - who may fill it in, while it may be filled in
        self.sudo().write(kept)
        return self.get_site()

    def add_photo(self, data, name="", answer_id=None):
        """Keep a photo.

        :param str data: the picture in base64
        :param str name: of the file
        :param int answer_id: the question it answers, if any
        :raises UserError: for what is no picture or too large
        :return: see ``get_site``
        """
        self._begin_filling()
        answer = self._get_own_answer(answer_id) if answer_id else self.env["crm.visit.answer"]
        if len(self.photo_ids) >= MOST_PHOTOS:
            raise expected(UserError(self.env._("A visit has at most %s photos.", MOST_PHOTOS)))
        self._check_picture(data)
        # sudo: crm.visit.photo - of a visit that may be filled in, by who may
        self.env["crm.visit.photo"].sudo().create(
            {"visit_id": self.id, "answer_id": answer.id, "name": str(name)[:100], "image": data}
        )
        self._note_correction(self.env._("Photos"), False, str(name)[:100])
        return self.get_site()

    def remove_photo(self, photo_id):
        """Take a photo off.

        :param int photo_id: of this visit
        :return: see ``get_site``
        """
        self._begin_filling()
        photo = self.photo_ids.filtered(lambda one: one.id == photo_id)
        self._note_correction(self.env._("Photos"), photo.name, False)
        # sudo: crm.visit.photo - of a visit that may be filled in, by who may
        photo.sudo().unlink()
        return self.get_site()

    def _check_picture(self, data):
        """Refuse what is no picture, or too large.

        :param str data: base64
        :raises UserError: when it is not taken
        """
        text = data if isinstance(data, str) else ""
        if len(text) > LARGEST * 4 // 3:
            raise expected(
                UserError(self.env._("A photo has at most %s MB.", LARGEST // 1024 // 1024))
            )
        try:
            head = base64.b64decode(text[:64], validate=True)
        except (binascii.Error, ValueError):
            head = b""
        if not head.startswith(PICTURES):
            raise expected(UserError(self.env._("This is no photo: send a JPEG or PNG picture.")))

    # -- Filling in --------------------------------------------------------------------------------

    def _begin_filling(self):
        self.ensure_one()
        self.check_access("write")
        self._check_fillable()

    def _get_own_answer(self, answer_id):
        """Return an answer of this visit, to be filled in.

        :raises UserError: when it is another visit's
        """
        self._begin_filling()
        answer = self.answer_ids.filtered(lambda one: one.id == answer_id)
        if not answer:
            raise expected(UserError(self.env._("This question is not on this worksheet.")))
        return answer

    def _is_fillable(self):
        """Return whether answers and photos may be given now: on site, or while a lead corrects."""
        return not self.is_locked and self.state in ("on_site", "done")

    def _check_fillable(self):
        """Refuse to change what nobody is there to answer, or what is locked.

        :raises UserError: when it may not be filled in
        """
        self._check_unlocked()
        if any(visit.state not in ("on_site", "done") for visit in self):
            raise expected(UserError(self.env._("Check in first: the worksheet is for the place.")))

    def _get_unanswered(self):
        """Return the questions that have to be answered still.

        :rtype: crm.visit.answer
        """
        return self.answer_ids.filtered(
            lambda answer: answer.is_required and not answer._has_answer()
        )

    def _make_worksheet(self):
        """Write down what is asked on this visit, as it is asked today."""
        # sudo: crm.visit.answer, crm.visit.question - made by the check-in
        visits = self.sudo().filtered(lambda visit: visit.state in OPEN and not visit.answer_ids)
        answers = visits.env["crm.visit.answer"].create(
            [
                {
                    "visit_id": visit.id,
                    "question_id": question.id,
                    "sequence": place,
                    "name": question.name,
                    "kind": question.kind,
                    "is_required": question.is_required,
                }
                for visit in visits
                for place, question in enumerate(visit.type_id.question_ids, 1)
            ]
        )
        answers._copy_words()
