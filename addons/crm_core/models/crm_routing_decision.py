# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime, format_list

TRIGGERS = [
    ("create", "When it came in"),
    ("cron", "By the scheduled action"),
    ("hand", "Routing started by hand"),
    ("manual", "Given by hand"),
    ("returned", "Back to the queue"),
    ("returns", "Came back too often"),
    ("fallback", "Nobody could take it in time"),
    ("escalated", "First response late"),
]
KEPT = 30
NAMED = 3


class CrmRoutingDecision(models.Model):
    """Who got a piece of work, and why not the others: kept as data, said in the reader's language."""

    _name = "crm.routing.decision"
    _description = "Routing Decision"
    _order = "id desc"
    _rec_name = "sentence"

    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True, readonly=True
    )
    queue_id = fields.Many2one(
        "crm.routing.queue", readonly=True, ondelete="cascade", required=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    trigger = fields.Selection(TRIGGERS, required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Person", readonly=True, ondelete="set null", index="btree_not_null"
    )
    territory_id = fields.Many2one("crm.routing.territory", readonly=True, ondelete="set null")
    language = fields.Char(readonly=True)
    skill_ids = fields.Json(readonly=True, export_string_translation=False)
    load = fields.Float("Points", readonly=True)
    capacity = fields.Float(readonly=True)
    considered = fields.Json(readonly=True, export_string_translation=False)
    sentence = fields.Char("Decision", compute="_compute_sentence")
    is_of_open_work = fields.Boolean(
        "Of Open Work", compute="_compute_is_of_open_work", search="_search_is_of_open_work"
    )

    _record_idx = models.Index("(res_model, res_id, id DESC)")

    @api.depends_context("lang", "tz")
    def _compute_sentence(self):
        for decision in self:
            decision.sentence = getattr(
                decision, f"_get_{decision.trigger}_sentence", decision._get_given_sentence
            )()

    def _compute_is_of_open_work(self):
        found = self.search([("id", "in", self.ids), ("is_of_open_work", "=", True)])
        for decision in self:
            decision.is_of_open_work = decision in found

    def _search_is_of_open_work(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: crm.routing.kind - also kinds that are switched off
        kinds = self.env["crm.routing.kind"].sudo().search([("active", "in", [True, False])])
        found = Domain.FALSE
        for model in kinds.filtered(lambda kind: kind._is_installed()).mapped("model"):
            # sudo: any model - whether work is open is no secret of who may see the decision
            work = self.env[model].sudo()
            query = work._search(Domain(work._get_routing_open_domain()))
            found |= Domain("res_model", "=", model) & Domain("res_id", "in", query)
        return found

    # -- Sentences ---------------------------------------------------------------------------------

    def _get_given_sentence(self):
        merits = [*self._get_merits(), self._get_load_text()]
        text = self.env._(
            "Given to %(person)s: %(merits)s",
            person=self._get_name(),
            merits=format_list(self.env, merits, style="unit"),
        )
        return self._add_obstacles(text)

    def _get_manual_sentence(self):
        return self.env._(
            "Given to %(person)s by %(author)s.",
            person=self._get_name(),
            author=self._get_name("create_uid"),
        )

    def _get_returned_sentence(self):
        return self.env._("Back to the queue: %s did not touch it in time.", self._get_name())

    def _get_returns_sentence(self):
        return self.env._(
            "Given to %s, who leads the team: it came back too often.", self._get_name()
        )

    def _get_fallback_sentence(self):
        text = self.env._(
            "Given to %s, who leads the team: nobody could take it in time",
            self._get_name(),
        )
        return self._add_obstacles(text)

    def _get_escalated_sentence(self):
        return self.env._("%s was told that the first response is late.", self._get_name())

    def _add_obstacles(self, text):
        """Return a sentence that goes on with why others did not get it, where there is something to say."""
        obstacles = self._describe_obstacles(self.considered or [])
        if not obstacles:
            return f"{text}."
        return self.env._("%(decision)s; %(obstacles)s.", decision=text, obstacles=obstacles)

    def _get_name(self, field="user_id"):
        """Return the name of a person of the decision, also of one whom the reader does not see."""
        # sudo: res.users - names of people of the team
        decision = self.sudo()
        return decision[field].name or self.env._("somebody who left")

    def _get_merits(self):
        """Return what speaks for the chosen person, in the reader's words."""
        merits = []
        if self.territory_id:
            merits.append(self.env._("covers %s", self.territory_id.name))
        if self.language:
            merits.append(self.env._("speaks %s", self._get_language_name(self.language)))
        # sudo: crm.routing.skill - their names, for whoever reads the decision
        skills = self.env["crm.routing.skill"].sudo().browse(self.skill_ids or []).exists()
        merits += [self.env._("knows %s", skill.name) for skill in skills]
        return merits

    def _get_load_text(self):
        return self.env._("%(load)g of %(capacity)g points", load=self.load, capacity=self.capacity)

    @api.model
    def _describe_obstacles(self, considered):
        """Return why the others did not get it, in the reader's words; the first few by name.

        :param list considered: triples of a user's id, a code and what it says more
        :rtype: str
        """
        against = [row for row in considered if row[1]]
        # sudo: res.users - names of people of the team, also of those who left
        users = self.env["res.users"].sudo().with_context(active_test=False)
        texts = [
            self._describe_obstacle(users.browse(user_id).exists().name or "?", code, detail)
            for user_id, code, detail in against[:NAMED]
        ]
        if len(against) > NAMED:
            texts.append(self.env._("%s others cannot either", len(against) - NAMED))
        return format_list(self.env, texts, style="unit") if texts else ""

    @api.model
    def _describe_obstacle(self, person, code, detail):
        _ = self.env._
        match code:
            case "full":
                return _("%s is full", person)
            case "leave":
                return _("%(p)s is on leave until %(until)s", p=person, until=self._format(detail))
            case "paused" if detail:
                return _("%(p)s is paused until %(until)s", p=person, until=self._format(detail))
            case "paused":
                return _("%s is paused", person)
            case "off_hours" if detail:
                return _("%(p)s is back at work %(until)s", p=person, until=self._format(detail))
            case "off_hours":
                return _("%s is not at work", person)
            case "offline":
                return _("%s is offline", person)
            case "territory":
                return _("%s works elsewhere", person)
            case "language":
                language = self._get_language_name(detail)
                return _("%(p)s does not speak %(language)s", p=person, language=language)
            case "skill":
                # sudo: crm.routing.skill - its name
                skill = self.env["crm.routing.skill"].sudo().browse(detail).exists().name or "?"
                return _("%(p)s does not know enough of %(skill)s", p=person, skill=skill)
            case "returned":
                return _("%s had it already", person)
            case "archived":
                return _("%s left", person)
            case "company":
                return _("%s does not work in this company", person)
            case "portal":
                return _("%s is a portal user", person)
        return _("%s cannot take it", person)

    @api.model
    def _format(self, moment):
        return format_datetime(self.env, moment, dt_format="EEEE d MMMM HH:mm")

    @api.model
    def _get_language_name(self, code):
        """Return the name of a language in the reader's language."""
        from babel import Locale, UnknownLocaleError

        reader = (self.env.lang or "en_US").split("_")[0]
        try:
            return Locale(code).get_display_name(reader) or code
        except (UnknownLocaleError, ValueError):
            return code

    # -- Business ----------------------------------------------------------------------------------

    @api.model
    def _get_last(self, items):
        """Return the last decision on each piece of work.

        :rtype: dict[crm.routing.item, crm.routing.decision]
        """
        # sudo: crm.routing.decision - of what the reader sees already
        every = self.sudo()
        result = {}
        for model, group in items.grouped("res_model").items():
            rows = every._read_group(
                [("res_model", "=", model), ("res_id", "in", group.mapped("res_id"))],
                ["res_id"],
                ["id:max"],
            )
            decisions = every.browse(id_ for _res_id, id_ in rows)
            last = dict(zip((res_id for res_id, _id in rows), decisions, strict=True))
            result.update({item: last[item.res_id] for item in group if item.res_id in last})
        return result

    @api.model
    def _note(self, items, trigger, user):
        """Keep a decision that is the same for several pieces of work, with why nobody could take them."""
        return self.create(
            [
                {
                    "res_model": item.res_model,
                    "res_id": item.res_id,
                    "queue_id": item.queue_id.id,
                    "company_id": item.company_id.id,
                    "trigger": trigger,
                    "user_id": user.id,
                    "considered": item.considered or False,
                }
                for item in items
            ]
        )

    @api.model
    def _prepare_considered(self, considered):
        """Return what is kept of the people looked at: as many as somebody may want to read."""
        return [
            [user_id, reason.code if reason else "", reason.detail if reason else None]
            for user_id, reason in considered[:KEPT]
        ]
