# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import datetime
from io import BytesIO

from PIL import Image

from odoo.fields import Command

from .common import CrmSupportCase

#: a Monday morning, far from today
MONDAY = datetime(2031, 3, 3, 9)


def make_picture(kind="PNG", size=(40, 20)):
    """Return a picture in base64."""
    buffer = BytesIO()
    Image.new("RGB", size, "navy").save(buffer, kind)
    return base64.b64encode(buffer.getvalue()).decode()


class VisitCase(CrmSupportCase):
    """A type of visit with one question of each kind, and a ticket that needs one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.skill = cls.env["crm.routing.skill"].create({"name": "Test cold"})
        questions = [
            ("How warm was it?", "number", True),
            ("What was broken?", "choice", True),
            ("Is it tight?", "yes_no", False),
            ("When next?", "date", False),
            ("Anything else?", "text", False),
            ("The plate", "photo", False),
        ]
        cls.type = cls.env["crm.visit.type"].create(
            {
                "name": "Test repair",
                "duration": 2,
                "travel_minutes": 30,
                "question_ids": [
                    Command.create(
                        {
                            "name": name,
                            "kind": kind,
                            "is_required": is_required,
                            "sequence": place,
                            "choice_ids": [
                                Command.create({"name": "Compressor", "sequence": 1}),
                                Command.create({"name": "Door", "sequence": 2}),
                            ]
                            if kind == "choice"
                            else [],
                        }
                    )
                    for place, (name, kind, is_required) in enumerate(questions)
                ],
            }
        )
        cls.agent.tz = "Africa/Abidjan"
        cls.ticket = cls._create_ticket("The compressor stops", partner_id=cls.contact.id)

    @classmethod
    def _plan(cls, user=None, start=MONDAY, **values):
        return (
            cls.env["crm.visit"]
            .with_user(cls.agent)
            .create(
                {
                    "ticket_id": cls.ticket.id,
                    "team_id": cls.team.id,
                    "type_id": cls.type.id,
                    "user_id": (user or cls.agent).id,
                    "start": start,
                    **values,
                }
            )
        )

    def _answer(self, visit, kind, value):
        answer = visit.answer_ids.filtered(lambda one: one.kind == kind)
        return visit.save_answer(answer.id, value)

    def _fill(self, visit):
        """Answer what has to be, and say what came of it."""
        self._answer(visit, "number", "7,5")
        choice = visit.answer_ids.question_id.choice_ids[0]
        self._answer(visit, "choice", str(choice.id))
        visit.save_result({"outcome": "solved", "summary": "A new relay"})

    def _do(self, visit):
        """Go through the whole visit."""
        visit.action_leave()
        visit.action_check_in({"latitude": 5.33, "longitude": -4.02, "accuracy": 12})
        self._fill(visit)
        visit.action_sign("Awa Test", make_picture())
        visit.action_check_out({"problem": "refused"})
        return visit
