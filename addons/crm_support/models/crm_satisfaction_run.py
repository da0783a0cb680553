# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.crm_core.tools.import_engine.isolation import isolate

_logger = logging.getLogger(__name__)

BATCH = 50
#: what leaves later than that after it was due is about a ticket that nobody remembers
LATEST = timedelta(days=7)


class CrmSatisfaction(models.Model):
    """How questions leave: after the delay, through the outbound ledger, each once, and its reminder once."""

    _inherit = "crm.satisfaction"

    @api.model
    def _cron_ask(self):
        """Ask what is due, remind once, and close what nobody answered, batch by batch."""
        for domain, work in self._get_work():
            if not self._work_off(domain, work):
                return

    @api.model
    def _get_work(self):
        """Return what is to be done now: pairs of a condition and the method for it, which ends the condition.

        :rtype: list[tuple[Domain, Callable]]
        """
        now = fields.Datetime.now()
        asked = Domain("state", "=", "asked")
        to_remind = asked & Domain("date_reminded", "=", False) & Domain("date_remind", "<=", now)
        closed = Domain("ticket_id.is_closed", "=", True) & Domain("ticket_id.active", "=", True)
        return [
            (asked & Domain("date_expiry", "<=", now), type(self)._expire),
            (Domain("state", "=", "planned") & Domain("date_due", "<=", now), type(self)._ask),
            (to_remind & closed, type(self)._remind),
        ]

    @api.model
    def _work_off(self, domain, work):
        """Do one kind of work batch by batch; what cannot be done stands alone with the reason on it.

        :return: whether this run may go on
        """
        questions = self.with_context(active_test=False)
        while found := questions.search(domain, limit=BATCH, order="id"):
            batch = found.try_lock_for_update()
            if not batch:
                return True
            _made, faulty = isolate(self.env, work, batch)
            for question, error in faulty.items():
                _logger.info("%s was not asked: %s", question, error)
                question._call_off("error", str(error)[:1000])
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                return False
        return True

    def _expire(self):
        self.write({"state": "expired"})

    def _ask(self):
        """Hand questions to the ledger, but for those that are not to be asked any more."""
        now = fields.Datetime.now()
        to_ask = self.browse()
        recent = self._get_last_asked()
        for question in self:
            if reason := question._find_obstacle(recent, now):
                question._call_off(reason)
                continue
            to_ask |= question
            recent.update(dict.fromkeys(question._get_people(), now))
        for rule, questions in to_ask.grouped("rule_id").items():
            questions.write(self._prepare_asked_values(rule, now))
        to_ask._request("asked")

    def _find_obstacle(self, recent, now):
        """Return why a question that is due is not asked; nothing when it is.

        :param dict recent: when people were last asked
        :param datetime now: in UTC
        :return: one of the reasons, or None
        """
        rule, ticket = self.rule_id, self.ticket_id
        if not ticket.is_closed:
            return "reopened"
        if not ticket.active or not rule or rule.kind == "none":
            return "gone"
        if not self.email:
            return "no_address"
        if now - self.date_due > LATEST:
            return "late"
        since = now - timedelta(days=rule.min_days)
        if any(recent[person] > since for person in self._get_people() if person in recent):
            return "recent"
        return None

    def _get_people(self):
        """Return what the person who is asked is known by, in the company that asks."""
        company = self.company_id.id
        ways = (("email", self.email), ("partner", self.partner_id.id))
        return [(company, *way) for way in ways if way[1]]

    def _get_last_asked(self):
        """Return when the people of these questions were last asked anything.

        :rtype: dict[tuple, datetime]
        """
        since = fields.Datetime.now() - timedelta(days=max([0, *self.rule_id.mapped("min_days")]))
        person = Domain("email", "in", self.mapped("email"))
        person |= Domain("partner_id", "in", self.partner_id.ids)
        asked = self.search(person & Domain("date_asked", ">", since), order="date_asked, id")
        return {
            person: question.date_asked for question in asked for person in question._get_people()
        }

    @api.model
    def _prepare_asked_values(self, rule, now):
        """Return the values of questions that leave now.

        :rtype: dict
        """
        days = rule.reminder_days
        return {
            "state": "asked",
            "date_asked": now,
            "date_remind": now + timedelta(days=days) if days else False,
            "date_expiry": now + timedelta(days=rule.valid_days),
        }

    def _remind(self):
        """Remind, once, those who have not answered."""
        self.write({"date_reminded": fields.Datetime.now()})
        self._request("reminder")

    def _request(self, step):
        """Ask the ledger for the messages of questions; the key lets each out once.

        :param str step: ``asked`` or ``reminder``
        """
        if not self:
            return
        content = self.env["crm.dispatch.content"].create(
            {
                "res_model": "crm.ticket",
                "template_id": self.env.ref(f"crm_support.mail_template_satisfaction_{step}").id,
            }
        )
        self.env["crm.dispatch"]._request(
            [
                {
                    "key": f"satisfaction:{question.id}:{step}",
                    "channel": "email",
                    "purpose": "service",
                    "source": question,
                    "record": question.ticket_id,
                    "partner": question.partner_id,
                    "address": question.email,
                    "company": question.company_id,
                    "lang": question._get_lang(),
                    "date_expiry": min(
                        question.date_expiry, fields.Datetime.now() + timedelta(days=3)
                    ),
                    "content": content,
                }
                for question in self
            ]
        )

    def _get_lang(self):
        """Return the language of who is asked, that of the company where it is not known."""
        return self.partner_id.lang or self.company_id.partner_id.lang or "en_US"
