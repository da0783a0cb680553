# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

import pytz
from psycopg2.errors import QueryCanceled

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.interaction.source import Choice, Position, Scope

LONGEST_PAGE = 200
#: get_filters names the authors of this many of the newest interactions
RECENT = 200
MOST_PEOPLE = 100
MOST_WORDS = 10
#: milliseconds
LONGEST_SEARCH = 5000
_LIKE = re.compile(r"[%_\\]")


class CrmInteraction(models.Model):
    """What happened with a customer: a read model, nothing is stored twice.

    The rows come from :meth:`_get_sources` (orders, meetings, … and what add-ons append) and from the messages on their
    records. Each row's record is found by the ORM for the reader: record rules, companies and access rights are Odoo's own.
    :meth:`get_page` is what screens ask; searching and grouping reads everything that the reader may see.
    """

    _name = "crm.interaction"
    _description = "Interaction"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "title"

    date = fields.Datetime(readonly=True)
    channel = fields.Selection(lambda self: self._selection_channel(), readonly=True)
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing"), ("internal", "Internal"), ("none", "None")],
        readonly=True,
    )
    title = fields.Char(readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    author_id = fields.Many2one("res.partner", readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    state = fields.Char(readonly=True)

    @api.model
    def _selection_channel(self):
        return [(code, label) for code, (label, _icon) in self._get_channels().items()]

    @property
    def _table_query(self):
        """Return all that the reader may see, without an order."""
        return self._select_rows(None, Choice())

    # -- The screen --------------------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_page(
        self,
        model,
        res_id,
        *,
        channels=None,
        person_id=None,
        date_from=None,
        date_to=None,
        text="",
        cursor=None,
        limit=40,
    ):
        """Return the newest interactions of a contact or a deal, or those before a place.

        A company's are those of its people too; a deal's are those of its contact too.

        :param str model: ``res.partner`` or ``crm.lead``
        :param list[str] channels: codes of :meth:`_get_channels`; None for all
        :param int person_id: a contact who wrote, or whom it is about
        :param str date_from: the first day, in the reader's time zone
        :param str date_to: the last day
        :param str text: words that all occur
        :param str cursor: ``next_cursor`` of the page before
        :return: ``{"rows": [dict], "next_cursor": str or None}``, see :meth:`_prepare_rows`
        :raises AccessError: when the record may not be read
        """
        scope = self._get_scope(model, res_id)
        limit = max(1, min(limit, LONGEST_PAGE)) if isinstance(limit, int) else LONGEST_PAGE
        choice = self._get_choice(
            limit=limit + 1,
            channels=channels,
            person_id=person_id,
            date_from=date_from,
            date_to=date_to,
            text=text,
            cursor=cursor,
        )
        rows, last = self._fetch_shown_rows(scope, choice)
        return {"rows": self._prepare_rows(rows), "next_cursor": str(last) if last else None}

    @api.model
    @api.readonly
    def get_filters(self, model, res_id):
        """Return what the interactions of a contact or a deal can be filtered by: what the reader sees of them, no more.

        :return: ``{"channels": [{"code", "label", "icon"}], "people": [{"id", "name"}]}``
        :raises AccessError: when the record may not be read
        """
        scope = self._get_scope(model, res_id)
        labels = self._get_channels()
        usable = self._get_usable_channels()
        channels = [
            {"code": code, "label": label, "icon": icon}
            for code, (label, icon) in labels.items()
            if code in usable
        ]
        rows = self._fetch_rows(scope, Choice(limit=RECENT))
        ids = dict.fromkeys([*(row["author_id"] for row in rows), *scope.partner_ids])
        ids.pop(None, None)
        names = self._get_author_names(list(ids)[:MOST_PEOPLE])
        people = [{"id": id_, "name": name} for id_, name in names.items()]
        return {"channels": channels, "people": sorted(people, key=lambda p: p["name"].lower())}

    # -- What is asked for -------------------------------------------------------------------------

    @api.model
    def _get_scope(self, model, res_id):
        """Return whose interactions a page shows.

        A company stands for its people too. A contact of a company stands for itself. A deal brings its contact along.
        """
        self.browse().check_access("read")
        if model not in ("res.partner", "crm.lead"):
            raise UserError(self.env._("There is no history of such records."))
        record = self.env[model].browse(int(res_id))
        record.check_access("read")
        if model == "crm.lead":
            return Scope(tuple(record.partner_id.ids), (record.id,))
        return Scope(tuple(member for _customer, member in record._get_interaction_members()))

    @api.model
    def _get_choice(self, *, limit, channels, person_id, date_from, date_to, text, cursor):
        try:
            before = Position.parse(cursor) if cursor else None
            first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
            person_id = int(person_id or 0)
            words = (text or "").replace("\0", "").split()[:MOST_WORDS]
            channels = None if channels is None else tuple(map(str, channels))
        except (TypeError, ValueError, AttributeError) as error:
            raise UserError(self.env._("This part of the history cannot be found.")) from error
        return Choice(
            limit=limit,
            before=before,
            channels=channels,
            person_id=person_id,
            date_from=self._get_midnight(first) if first else None,
            date_to=self._get_midnight(fields.Date.add(last, days=1)) if last else None,
            words=tuple(_LIKE.sub(r"\\\g<0>", word) for word in words),
        )

    @api.model
    def _get_midnight(self, day):
        """Return when a day begins where the reader is, in UTC."""
        local = self.env.tz.localize(fields.Datetime.to_datetime(day))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _fetch_shown_rows(self, scope, choice):
        """Return a page of interactions and the place where the next one goes on; none is empty while there is more.

        :param choice: its limit is one row more than a page has
        """
        last = True
        shown = []
        while last and not shown:
            rows = self._fetch_rows(scope, choice)
            more = len(rows) >= choice.limit
            rows = rows[: choice.limit - 1]
            last = Position(rows[-1]["date"], rows[-1]["id"]) if more else None
            choice = choice._replace(before=last)
            shown = [row for row in rows if not self._is_deleted(row)]
        return shown, last

    @api.model
    def _fetch_rows(self, scope, choice):
        """Return interactions, the newest first, as dicts of the columns of :meth:`_select_rows`: one query.

        :raises UserError: when words are looked for in more than can be read in a few seconds
        """
        query = SQL(
            """SELECT row.*,
                      (SELECT count(*) FROM message_attachment_rel file WHERE file.message_id = row.message_id)
                      AS attachment_count
                 FROM (%s) row ORDER BY row.date DESC, row.id DESC LIMIT %s""",
            self._select_rows(scope, choice),
            choice.limit,
        )
        return self._search_text(query) if choice.words else self.env.execute_query_dict(query)

    @api.model
    def _search_text(self, query):
        """Return the rows of a query that reads texts, unless it takes too long."""
        cursor = self.env.cr
        self.env.flush_query(query)
        cursor.execute("SELECT current_setting('statement_timeout')")
        [usual] = cursor.fetchone()
        limit = "SELECT set_config('statement_timeout', %s, TRUE)"
        try:
            with cursor.savepoint(flush=False):
                cursor.execute(limit, [f"{LONGEST_SEARCH}ms"])
                cursor.execute(query, log_exceptions=False)
                rows = cursor.dictfetchall()
                cursor.execute(limit, [usual])
        except QueryCanceled as error:
            message = self.env._("The search takes too long. Choose a shorter period or a channel.")
            raise UserError(message) from error
        return rows
