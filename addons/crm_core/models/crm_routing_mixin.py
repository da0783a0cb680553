# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.routing.matching import Demand

#: an object of this process: no caller from outside can put it into a context
ROUTING = object()


class CrmRoutingMixin(models.AbstractModel):
    """Work that people are given fairly: put it first in ``_inherit``, answer five questions, ship a ``crm.routing.kind``.

    - :meth:`_get_routing_queues`: which queue does a record wait in?
    - :meth:`_get_routing_queue_domain`: which records wait for somebody?
    - :meth:`_get_routing_open_domain`: which records are work somebody has to do?
    - :meth:`_get_routing_demands`: what does a record ask of a person?
    - ``crm.routing.queue._get_user_ids``: who may get the work of a queue?

    Where a record stands is kept in ``crm.routing.item``, why in ``crm.routing.decision``: nothing is stored on the record.
    """

    _name = "crm.routing.mixin"
    _description = "Routed Work"

    _routing_owner = "user_id"

    routing_sentence = fields.Char("Routing", compute="_compute_routing")
    routing_response_due_at = fields.Datetime("First Response Due", compute="_compute_routing")
    routing_responded_at = fields.Datetime("First Response", compute="_compute_routing")

    @api.depends_context("lang", "tz", "uid")
    def _compute_routing(self):
        items = self._get_routing_items() if self.env["crm.routing.queue"]._is_used() else {}
        sentences = items and items._get_sentences()
        responses = items and items._get_first_responses()
        by_record = {item.res_id: item for item in items}
        for record in self:
            item = by_record.get(record._origin.id)
            record.routing_sentence = sentences[item] if item else False
            record.routing_response_due_at = item.response_due_at if item else False
            record.routing_responded_at = responses[item] if item else False

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self.env["crm.routing.queue"]._is_used():
            records._enter_routing()
        return records

    def write(self, vals):
        result = super().write(vals)
        if (
            self._get_routing_fields() & vals.keys()
            and self.env.context.get("is_routing") is not ROUTING
            and self.env["crm.routing.queue"]._is_used()
        ):
            self._follow_routing(vals)
        return result

    def unlink(self):
        if self.env["crm.routing.queue"]._is_used():
            self._get_routing_items().unlink()
        return super().unlink()

    # -- Actions -----------------------------------------------------------------------------------

    def action_explain_routing(self):
        """Show who would get this record as it stands, and why not the others; nothing is assigned."""
        self.ensure_one()
        self.check_access("read")
        return self.env["crm.routing.explanation"]._open(self)

    def action_view_routing(self):
        """Open what was decided about this record."""
        self.ensure_one()
        self.check_access("read")
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decisions"),
            "res_model": "crm.routing.decision",
            "view_mode": "list,form",
            "domain": domain,
        }

    # -- Questions that a kind of work answers -----------------------------------------------------------

    def _get_routing_queues(self):
        """Return the queue that each record belongs to; nothing for those that are not routed.

        :return: ``{record id: queue id}``
        """
        return {}

    @api.model
    def _get_routing_queue_domain(self):
        """Return the domain of the records that wait for somebody, in any queue."""
        return Domain(self._routing_owner, "=", False)

    @api.model
    def _get_routing_open_domain(self):
        """Return the domain of open work: what counts as somebody's load."""
        return Domain.TRUE

    @api.model
    def _get_routing_not_in_domain(self, known):
        """Return the domain of the records that are in no queue yet.

        :param Query known: those that are
        """
        return Domain("id", "not in", known.subselect("res_id"))

    @api.model
    def _get_routing_ids_domain(self, ids):
        """Return the domain of some records, archived ones included; what they are is said by the other domains."""
        return Domain("id", "in", list(ids))

    def _get_routing_demands(self):
        """Return what each record asks of a person; who may get it and who had it already is added later.

        :return: ``{record id: Demand}``
        """
        return {record.id: Demand(record.id) for record in self}

    def _get_routing_priorities(self):
        """Return the priority of each record, the highest first in the queue; among equals first in, first out.

        :return: ``{record id: int}``
        """
        return dict.fromkeys(self.ids, 0)

    @api.model
    def _get_routing_fields(self):
        """Return the fields whose change by a person the queue has to follow."""
        return {self._routing_owner}

    @api.model
    def _get_routing_load_domain(self, company, user_ids):
        """Return the domain of what people have to do in a company."""
        domain = Domain(self._get_routing_open_domain()) & Domain(
            self._routing_owner, "in", user_ids
        )
        if "company_id" in self._fields:
            domain &= Domain("company_id", "in", [company.id, False])
        return domain

    @api.model
    def _get_routing_loads(self, company, user_ids, weight):
        """Return how much people have to do; extend it where pieces of one kind weigh differently.

        :return: triples of a user's id, the number of pieces and their points
        """
        return [
            (user.id, count, count * weight)
            for user, count in self._read_group(
                self._get_routing_load_domain(company, user_ids), [self._routing_owner], ["__count"]
            )
        ]

    def _assign_routing(self, user):
        """Give these records to somebody, or to nobody: one write for all, one note in each chatter, no notification for each.

        :param user: ``res.users``, may be empty
        """
        owners = {record.id: record[self._routing_owner] for record in self}
        self.with_context(is_routing=ROUTING, mail_auto_subscribe_no_notify=True).write(
            {self._routing_owner: user.id}
        )
        self._log_routing_owner(owners)

    def _track_prepare(self, fields_iter):
        """Leave out the owner whom routing writes: it is noted for all records at once. What else changes is tracked as ever."""
        if self.env.context.get("is_routing") is ROUTING:
            fields_iter = set(fields_iter) - {self._routing_owner}
        return super()._track_prepare(fields_iter)

    def _log_routing_owner(self, owners):
        """Note in the chatters who has the records now, as Odoo notes what somebody changes; nobody but the machine did it.

        :param dict owners: ``{record id: res.users}`` who had them before
        """
        name, queues = self._routing_owner, self._get_routing_queues()
        every = self.env["crm.routing.queue"].browse(set(queues.values()))
        noted = set(every.filtered("is_noted").ids)
        changed = self.filtered(
            lambda record: record[name] != owners[record.id] and queues.get(record.id, 0) in noted
        )
        if not changed or self.env.context.get("tracking_disable"):
            return
        if "message_ids" not in self._fields or name not in self._track_get_fields():
            return
        label = self.fields_get([name], attributes=("string", "type"))[name]
        notes = changed._message_log_batch({}, author_id=self.env.ref("base.partner_root").id)
        # sudo: mail.tracking.value - comes with the note
        tracking = self.env["mail.tracking.value"].sudo()
        tracking.create(
            [
                {
                    **tracking._create_tracking_values(
                        owners[record.id], record[name], name, label, record
                    ),
                    "mail_message_id": note.id,
                }
                for record, note in zip(changed, notes, strict=True)
            ]
        )

    @api.model
    def _get_routing_responses(self, since):
        """Return the first response of a person to each record's customer: a message, a call or a meeting that was held.

        :param dict since: ``{record id: moment}`` from which on
        :return: ``{record id: (moment, user id)}``
        """
        if not since:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (r.res_id) r.res_id, r.date, r.user_id
                     FROM (%(contacts)s) r
                     JOIN (SELECT unnest(%(ids)s) AS id, unnest(%(moments)s) AS moment) asked
                       ON asked.id = r.res_id AND r.date >= asked.moment
                 ORDER BY r.res_id, r.date""",
                contacts=self._get_routing_contacts(list(since)),
                ids=list(since),
                moments=list(since.values()),
            )
        )
        return {res_id: (date, user_id) for res_id, date, user_id in rows}

    @api.model
    def _get_routing_contacts(self, ids):
        """Return the query of people's contacts with customers on records; an answer from a mail program is one, what brought the record is none.

        :rtype: SQL  with the columns ``res_id, date, user_id``
        """
        self.env.flush_all()
        return SQL(
            """SELECT m.res_id, m.date, u.id AS user_id
                 FROM mail_message m
                 JOIN res_users u ON u.partner_id = m.author_id AND u.share IS NOT TRUE AND u.id != %(bot)s
            LEFT JOIN mail_message_subtype s ON s.id = m.subtype_id
            LEFT JOIN mail_activity_type t ON t.id = m.mail_activity_type_id
                WHERE m.model = %(model)s AND m.res_id IN %(ids)s
                  AND (t.category IN ('phonecall', 'meeting')
                       OR ((m.message_type IN ('comment', 'sms', 'whatsapp')
                            OR (m.message_type = 'email' AND m.parent_id IS NOT NULL))
                           AND s.internal IS NOT TRUE AND m.is_internal IS NOT TRUE
                           AND NOT EXISTS (SELECT FROM crm_dispatch automatic
                                            WHERE automatic.mail_message_id = m.id
                                              AND automatic.is_personal IS NOT TRUE)))
            UNION ALL
               SELECT d.res_id, d.date_sent, COALESCE(d.user_id, d.create_uid)
                 FROM crm_dispatch d
                WHERE d.res_model = %(model)s AND d.res_id IN %(ids)s AND d.is_personal
                  AND d.channel != 'call' AND d.date_sent IS NOT NULL""",
            bot=api.SUPERUSER_ID,
            model=self._name,
            ids=tuple(ids) or (0,),
        )

    @api.model
    def _get_routing_touched_ids(self, since):
        """Return which records somebody worked on: wrote to, noted something on, or planned or did an activity of.

        :param dict since: ``{record id: moment}`` after which
        :rtype: set[int]
        """
        if not since:
            return set()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT m.res_id
                     FROM mail_message m
                     JOIN res_users u ON u.partner_id = m.author_id AND u.share IS NOT TRUE AND u.id != %(bot)s
                     JOIN (SELECT unnest(%(ids)s) AS id, unnest(%(moments)s) AS moment) asked
                       ON asked.id = m.res_id AND m.date > asked.moment
                    WHERE m.model = %(model)s AND m.res_id IN %(all)s
                      AND m.message_type != 'user_notification'
                    UNION
                   SELECT a.res_id
                     FROM mail_activity a
                     JOIN res_users u ON u.id = a.create_uid AND u.share IS NOT TRUE AND u.id != %(bot)s
                     JOIN (SELECT unnest(%(ids)s) AS id, unnest(%(moments)s) AS moment) asked
                       ON asked.id = a.res_id AND date_trunc('second', a.create_date) > asked.moment
                    WHERE a.res_model = %(model)s AND a.res_id IN %(all)s
                      AND a.automated IS NOT TRUE""",
                bot=api.SUPERUSER_ID,
                model=self._name,
                ids=list(since),
                moments=list(since.values()),
                all=tuple(since),
            )
        )
        return {res_id for (res_id,) in rows} | set(self._get_routing_responses(since))

    # -- Business ----------------------------------------------------------------------------------

    def _get_routing_items(self):
        """Return where these records stand.

        :rtype: crm.routing.item
        """
        # sudo: crm.routing.item - who may read the record may read where it stands
        items = self.env["crm.routing.item"].sudo()
        return items.search([("res_model", "=", self._name), ("res_id", "in", self.ids)])

    def _enter_routing(self):
        """Put the records that wait into their queues, and give them to people at once when that goes without waiting."""
        # sudo: any model - routing works the same whoever made the record
        records = self.sudo()
        queues = records._get_routing_queues()
        waiting = records.filtered(lambda r: r.id in queues).filtered_domain(
            self._get_routing_queue_domain()
        )
        if waiting:
            items = waiting.env["crm.routing.item"]._enroll(waiting, queues)
            items._route_at_once()

    def _follow_routing(self, vals):
        """Follow what a person changed: who has the work, or what the queue goes by."""
        records = self.sudo()  # sudo: crm.routing.item - people who assign do not see the queue
        items = records._get_routing_items()
        if vals.get(self._routing_owner):
            items._note_owner(self.env["res.users"].browse(vals[self._routing_owner]))
        elif self._routing_owner in vals:
            items._exclude_owners()
        items._follow(records._get_routing_queues(), records._get_routing_priorities())
        known = set(items.filtered(lambda i: i.state in ("waiting", "failed")).mapped("res_id"))
        rest = records.filtered(lambda r: r.id not in known)
        if rest:
            rest._enter_routing()
