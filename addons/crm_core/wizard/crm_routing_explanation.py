# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..tools.routing.matching import Matcher


class CrmRoutingExplanation(models.TransientModel):
    """Who would get a piece of work as things stand, and why not the others; nothing is assigned."""

    _name = "crm.routing.explanation"
    _description = "Who Would Get It"

    name = fields.Char("Work", readonly=True)
    sentence = fields.Char("Answer", readonly=True)
    line_ids = fields.One2many("crm.routing.explanation.line", "explanation_id", readonly=True)

    @api.model
    def _open(self, record):
        """Open the explanation of one record.

        :param record: a record of a model that is routed
        """
        explanation = self.create(self._prepare_values(record))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who Would Get It?"),
            "res_model": self._name,
            "res_id": explanation.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _prepare_values(self, record):
        # sudo: any model - the decision looks at all the team's work, the reader sees its result
        work = record.sudo()
        queue = work.env["crm.routing.queue"].browse(work._get_routing_queues().get(record.id))
        if not queue:
            return {
                "name": record.display_name,
                "sentence": self.env._(
                    "Its team is not routed: it is given by hand or by Odoo's rules."
                ),
            }
        verdict, people = self._decide(work, queue)
        lines = [
            {
                "user_id": user_id,
                "is_chosen": user_id == verdict.chosen,
                "answer": self._get_answer(user_id, reason, verdict),
                "load": people[user_id].load - (user_id == verdict.chosen) * self._get_weight(work),
                "capacity": people[user_id].capacity,
            }
            for user_id, reason in verdict.considered
        ]
        lines.sort(key=lambda line: not line["is_chosen"])
        return {
            "name": record.display_name,
            "sentence": self._get_sentence(work, verdict),
            "line_ids": [fields.Command.create(line) for line in lines],
        }

    @api.model
    def _decide(self, work, queue):
        """Let the matching decide on one record, on paper."""
        item = work._get_routing_items()
        demand = queue._complete_demand(
            work._get_routing_demands()[work.id],
            work._name,
            queue._get_user_ids()[queue.id],
            item.returned_user_ids,
        )
        people = queue._get_people()
        return Matcher(people.values()).decide([demand])[0], people

    @api.model
    def _get_weight(self, work):
        return self.env["crm.routing.kind"]._get_weights().get(work._name, 1.0)

    @api.model
    def _get_sentence(self, work, verdict):
        owner = work[work._routing_owner]
        # sudo: res.users - names of people of the team
        chosen = self.env["res.users"].sudo().browse(verdict.chosen or []).name
        if not chosen:
            return self.env._("Nobody could take it now: it would wait in the queue.")
        if owner:
            return self.env._(
                "%(owner)s has it. If it came in now, %(chosen)s would get it.",
                owner=owner.name,
                chosen=chosen,
            )
        return self.env._("%s would get it now.", chosen)

    @api.model
    def _get_answer(self, user_id, reason, verdict):
        if user_id == verdict.chosen:
            return self.env._("Would get it")
        if not reason:
            return self.env._("Could take it, but has more to do or got something later")
        # sudo: res.users - names of people of the team
        person = self.env["res.users"].sudo().browse(user_id).name
        return self.env["crm.routing.decision"]._describe_obstacle(person, *reason)
