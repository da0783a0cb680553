# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import format_amount, format_date, format_time
from odoo.tools.mail import html2plaintext, parse_contact_from_email

MINUTES, HOURS = 60, 24


class CrmToday(models.AbstractModel):
    """What one needs to know before the button is pressed, and how moments are said."""

    _inherit = "crm.today"

    @api.model
    def _get_facts(self, keys, day):
        """Return what is known of records: a few queries a model, however many records.

        :param keys: ``(model, id)``
        :return: ``{(model, id): dict}`` of those that the reader may read, with ``title``, ``customer``, ``partner_id``, ``phone``,
            ``priority``, ``amount``, ``amount_value``, ``stage``, ``next_step``, ``last_contact``, ``compose``
        """
        wanted = {}
        for model, id_ in keys:
            wanted.setdefault(model, []).append(id_)
        facts = {}
        for model, ids in wanted.items():
            if model in self.env and self.env[model].has_access("read"):
                records = self._read_records(self.env[model], ids)
                partners = self._get_partners(records)
                for record in records:
                    facts[model, record.id] = self._prepare_facts(record, partners[record])
        self._add_next_steps(facts)
        self._add_last_contacts(facts, day)
        return facts

    @api.model
    def _read_records(self, model, ids):
        """Return those of records that the reader may read, with what is asked of each of them and no more."""
        names = [name for name in self._get_fact_fields(model._name) if name in model._fields]
        return model.search_fetch([("id", "in", ids)], names)

    @api.model
    def _get_fact_fields(self, model):
        """Return what :meth:`_prepare_facts` asks of a record; extend it with that."""
        names = ["display_name", "partner_id", "phone"]
        if model == "crm.lead":
            names += ["name", "partner_name", "contact_name", "priority", "amount", "currency_id"]
            names += ["expected_revenue", "stage_id", "company_id"]
        return names

    @api.model
    def _get_partners(self, records):
        """Return the customers of records, as far as the reader may read them.

        :rtype: dict[Model, res.partner]
        """
        calls = self.env["crm.call"]
        partners = {record: calls._get_partner_of(record)[:1] for record in records}
        every = self.env["res.partner"].union(*partners.values())
        readable = self.env["res.partner"].search_fetch(
            [("id", "in", every.ids)], ["complete_name", "phone"]
        )
        return {
            record: (partner & readable).with_prefetch(readable.ids)
            for record, partner in partners.items()
        }

    @api.model
    def _prepare_facts(self, record, partner):
        """Return what is known of a record; extend it for models of one's own.

        :rtype: dict
        """
        number = self.env["crm.call"]._get_number_of(record) or partner.phone
        is_deal = record._name == "crm.lead"
        can_write = isinstance(record, self.pool["crm.dispatch.mixin"])
        facts = {
            "title": record.display_name if record._name != "mail.activity" else "",
            "customer": partner.display_name if partner != record else "",
            "partner_id": partner.id,
            "phone": number or "",
            "priority": 0,
            "amount": "",
            "amount_value": 0,
            "stage": "",
            "next_step": "",
            "last_contact": "",
            "compose": self._prepare_compose(record._name, record.id) if can_write else False,
        }
        return facts | (self._prepare_deal_facts(record, partner) if is_deal else {})

    @api.model
    def _prepare_deal_facts(self, lead, partner):
        amount = lead.amount and format_amount(self.env, lead.amount, lead.currency_id)
        customer = partner.display_name or lead.partner_name or lead.contact_name
        return {
            "customer": customer or self._get_sender(lead.email_from),
            "priority": int(lead.priority or 0),
            "amount": amount or "",
            "amount_value": lead.expected_revenue or 0,
            "stage": lead.stage_id.name or "",
        }

    @api.model
    def _get_sender(self, email):
        """Return the name in front of an address, the address where there is none."""
        name, address = parse_contact_from_email(email)
        return name or address

    @api.model
    def _add_next_steps(self, facts):
        """Add to leads what is planned next."""
        leads = [id_ for model, id_ in facts if model == "crm.lead"]
        # sudo: mail.activity - of leads that the reader reads
        activities = self.env["mail.activity"].sudo()
        planned = activities.search_fetch(
            [("res_model", "=", "crm.lead"), ("res_id", "in", leads)],
            ["res_id", "summary", "activity_type_id", "date_deadline"],
            order="date_deadline desc, id desc",
        )
        first = {activity.res_id: activity for activity in planned}
        for id_, step in first.items():
            words = step.summary or step.activity_type_id.name
            date = format_date(self.env, step.date_deadline)
            facts["crm.lead", id_]["next_step"] = self._join_words(words, date)

    @api.model
    def _add_last_contacts(self, facts, day):
        partners = self.env["res.partner"].browse(
            {fact["partner_id"] for fact in facts.values() if fact["partner_id"]}
        )
        contacts = partners._get_last_contacts()
        for fact in facts.values():
            contact = contacts.get(partners.browse(fact["partner_id"] or ()))
            if contact:
                fact["last_contact"] = self._say_moment(contact["date"], day)

    # -- Words -------------------------------------------------------------------------------------

    @api.model
    def _say_time(self, moment, day):
        """Return the hour of a moment on the wall of whose day it is."""
        return format_time(self.env, moment, tz=day.zone.zone, time_format="short")

    @api.model
    def _say_moment(self, moment, day):
        """Return a moment: its hour, with the day where that is not today."""
        local = day.to_local(moment).date()
        if local == day.today:
            return self._say_time(moment, day)
        date = format_date(self.env, local, date_format="d MMM")
        return self.env._("%(day)s, %(time)s", day=date, time=self._say_time(moment, day))

    @api.model
    def _say_distance(self, moment, day):
        """Return how far a moment is: "in 12 min", "3 h ago", "now"."""
        minutes = round((moment - day.now).total_seconds() / 60)
        if not minutes:
            return self.env._("now")
        distance = self._say_duration(abs(minutes))
        if minutes < 0:
            return self.env._("%s ago", distance)
        return self.env._("in %s", distance)

    @api.model
    def _say_duration(self, minutes):
        if minutes < MINUTES:
            return self.env._("%s min", minutes)
        if minutes < MINUTES * HOURS:
            return self.env._("%s h", minutes // MINUTES)
        return self.env._("%s d", minutes // (MINUTES * HOURS))

    @api.model
    def _say_delay(self, date, day):
        late = (day.today - date).days
        return self.env._("%s d late", late) if late else ""

    @api.model
    def _say_day(self, date):
        return format_date(self.env, date, date_format="EEEE d MMMM")

    @api.model
    def _get_text(self, html):
        return html2plaintext(html or "").strip()

    @api.model
    def _join_words(self, *words):
        return " · ".join(filter(None, words))

    @api.model
    def _join_lines(self, *lines):
        return "\n".join(filter(None, lines))
