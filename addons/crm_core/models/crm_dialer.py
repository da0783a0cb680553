# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date, format_time

from ..exceptions import expected
from ..tools.booking import zones
from ..tools.record_id import is_record_id
from .crm_call_list_lease import LEASE, LEASE_ON_THE_LINE

LONGEST_NOTE = 10_000
#: when somebody comes back who was skipped
SKIPPED_HOURS = 1
MOST_OUTCOMES = 30
FIGURES = ("line_count", "to_call_count", "reached_count")


class CrmDialer(models.AbstractModel):
    """The screen on which call lists are worked: hands out one person after the other, and writes the calls down."""

    _name = "crm.dialer"
    _description = "Dialer"

    @api.model
    def begin(self, list_id=False):
        """Return what the dialer shows to begin with: the person whom the caller has, else the next one.

        :param int list_id: the list that was chosen; without one, the list he works, or the one he may work
        :return: see :meth:`_prepare_screen`; without a list, ``{"lists": [dict]}`` to choose from
        """
        lists = self._get_lists()
        held = self._get_held()
        if list_id:
            chosen = self._get_list(list_id)
            (held - held.filtered(lambda line: line.list_id == chosen))._release()
            return self._hand_out(chosen)
        # sudo: crm.call.list - of the person whom the caller has
        if held and held[:1].list_id.id in lists.ids:
            return self._hand_out(lists.browse(held[:1].list_id.id))
        if len(lists) == 1:
            return self._hand_out(lists)
        return {"lists": self._prepare_lists(lists)}

    @api.model
    def go_on(self, list_id):
        """Return the person whom the caller has, else the next one.

        :param int list_id: a list that the caller may see
        """
        return self._hand_out(self._get_list(list_id))

    @api.model
    def log(self, line_id, values, made=0):
        """Write down the call to a person, and return the next one.

        Asked again because the answer was lost, it writes nothing twice.

        :param int line_id: whom the caller had
        :param dict values: of the call: ``outcome_id``, ``note``, ``duration``, ``date``, ``callback_at``, ``script_id``,
            ``chosen_answers``
        :param int made: how many calls the caller had made to this person when he got him
        """
        line = self._get_line(line_id)
        if len(line.call_ids.filtered(lambda call: call.user_id == self.env.user)) <= made:
            self._log_call(line, values)
        return self._hand_out(self._get_list(line.list_id.id))

    @api.model
    def skip(self, line_id):
        """Put a person off for an hour, which counts as no try, and return the next one."""
        line = self._get_line(line_id)
        if line._is_mine():
            line._wait(line._get_next_try(SKIPPED_HOURS), line.callback_user_id)
        return self._hand_out(self._get_list(line.list_id.id))

    @api.model
    def release(self, line_id):
        """Give a person back, for anybody to call."""
        self._get_line(line_id)._release()
        return True

    @api.model
    def keep(self, line_id, is_on_the_line=False):
        """Keep the person for a while longer, longer still while he is on the telephone.

        Where another page of the caller gave him back, or the page slept too long, he is taken again unless somebody has him.

        :return: whether the caller still has him
        """
        line = self._get_line(line_id)
        if not line._is_mine() and not line._take_again():
            return False
        lease = LEASE_ON_THE_LINE if is_on_the_line else LEASE
        until = fields.Datetime.now() + lease
        if not line.taken_until or until > line.taken_until:
            line.taken_until = until
        return True

    @api.model
    @api.readonly
    def get_figures(self, list_id):
        """Return how far a list is; asked apart from the person, for counting takes the longer, the longer the list.

        :param int list_id: a list that the caller may see
        :return: dict of ``line_count``, ``to_call_count`` and ``reached_count``
        """
        return self._get_list(list_id).read(FIGURES)[0]

    # -- Whose call --------------------------------------------------------------------------------

    def _get_lists(self):
        """Return the lists that the caller works."""
        lists = self.env["crm.call.list"]
        lists.check_access("read")
        return lists.search(lists._get_workable_domain(self.env.user))

    def _get_list(self, list_id):
        self.env["crm.call.list"].check_access("read")
        found = self.env["crm.call.list"].browse(list_id if is_record_id(list_id) else 0).exists()
        if not found:
            raise expected(UserError(self.env._("There is no such list.")))
        found.check_access("read")
        self.env["crm.call"].check_access("create")
        return found

    def _get_line(self, line_id):
        """Return a person on a list that the caller sees, whose record he sees."""
        self.env["crm.call.list"].check_access("read")
        # sudo: crm.call.list.line - its list and its record are asked for instead
        lines = self.env["crm.call.list.line"].sudo()
        line = lines.browse(line_id if is_record_id(line_id) else 0).exists()
        if not line:
            raise expected(UserError(self.env._("This person is not on the list any more.")))
        self._get_list(line.list_id.id)
        self._get_record(line).check_access("read")
        return line

    def _get_record(self, line):
        """Return the lead or the contact under the caller's rights."""
        return line._get_record().with_env(self.env)

    def _get_held(self):
        # sudo: crm.call.list.line - those the caller took
        lines = self.env["crm.call.list.line"].sudo()
        held = Domain("state", "=", "taken") & Domain("taken_by", "=", self.env.uid)
        return lines.search(held & Domain("taken_until", ">=", fields.Datetime.now()))

    # -- What happens ------------------------------------------------------------------------------

    def _log_call(self, line, values):
        calls, record = self.env["crm.call"], self._get_record(line)
        values = self._read_values(values)
        calls._log(
            record,
            **values,
            number=line.number,
            call_list_id=line.list_id.id,
            call_list_line_id=line.id,
            activity_id=calls._find_planned(record).id,
        )

    def _read_values(self, values):
        """Return the values of a call as the screen sends them.

        :raises UserError: when they are none
        """
        found = values if isinstance(values, dict) else {}
        try:
            read = {
                "outcome_id": int(found["outcome_id"]),
                "note": str(found.get("note") or "")[:LONGEST_NOTE],
                "duration": float(found.get("duration") or 0),
                "script_id": int(found.get("script_id") or 0),
                "chosen_answers": str(found.get("chosen_answers") or ""),
                "callback_at": fields.Datetime.to_datetime(found.get("callback_at") or False),
                "date": fields.Datetime.to_datetime(found.get("date") or False),
            }
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise expected(UserError(self.env._("Say what came of the call."))) from error
        for name, model in (("outcome_id", "crm.call.outcome"), ("script_id", "crm.call.script")):
            if read[name] and not self.env[model].browse(read[name]).exists():
                raise expected(UserError(self.env._("Say what came of the call.")))
        if read["callback_at"] and read["callback_at"] < fields.Datetime.now():
            raise expected(UserError(self.env._("The day to call back is over.")))
        return {key: value for key, value in read.items() if value or key == "outcome_id"}

    def _hand_out(self, calling):
        """Return the screen with the person whom the caller has, or the next."""
        # sudo: crm.call.list.line - those the caller took
        held = self._get_held().filtered(lambda line: line.list_id.id == calling.id)[:1]
        line = held if held and self._get_record(held).has_access("read") else held.browse()
        if not line and calling.state == "running":
            line = calling._take_next()
        return self._prepare_screen(calling, line)

    # -- The screen --------------------------------------------------------------------------------

    def _prepare_screen(self, calling, line):
        """Return what the dialer shows.

        :return: dict of ``list`` (``id``, ``name``, ``state``), ``outcomes``, ``person`` (see :meth:`_prepare_person`) or False,
            and ``why`` nobody is called now, with ``opens_at`` where that is known
        """
        outcomes = self.env["crm.call.outcome"].search([], limit=MOST_OUTCOMES)
        outcomes = outcomes.read(["name", "is_reached", "asks_callback", "is_do_not_call"])
        screen = {
            "list": calling.read(["name", "state"])[0],
            "outcomes": outcomes,
            "person": False,
            "why": "",
            "opens_at": False,
        }
        if line:
            return {**screen, "person": self._prepare_person(line)}
        why, opens_at = self._explain(calling)
        return {**screen, "why": why, "opens_at": fields.Datetime.to_string(opens_at) or False}

    def _prepare_person(self, line):
        """Return what the caller sees of whom he calls."""
        record = self._get_record(line)
        partner = self.env["crm.call"]._get_partner_of(record)
        own = line.call_ids.filtered(lambda call: call.user_id == self.env.user)
        return {
            "line_id": line.id,
            "model": record._name,
            "id": record.id,
            "name": record.display_name,
            "contact": self._get_contact_name(record, partner),
            "company": self._get_company_name(record, partner),
            "number": record._phone_format(number=line.number, force_format="INTERNATIONAL")
            or line.number,
            "clock": self._prepare_clock(line.zone or "UTC"),
            "zone": line.zone or "UTC",
            "tries": line.tries,
            "made": len(own),
            "promised_at": fields.Datetime.to_string(line.next_try_at)
            if line.callback_user_id
            else False,
            "last_outcome": line.last_outcome_id.name or "",
            "script": self._prepare_script(line.list_id.script_id),
            "facts": self._prepare_facts(record),
            "history": self._prepare_history(record),
        }

    def _prepare_script(self, script):
        own = script.with_env(self.env).filtered("active")._filtered_access("read")
        return own.read(["name"])[0] if own else False

    @api.model
    def _prepare_clock(self, zone):
        """Return what time it is where somebody is called, in words."""
        hour = format_time(self.env, fields.Datetime.now(), tz=zone, time_format="short")
        place = zones.get_place(zone, self.env.lang)
        return self.env._("%(hour)s in %(place)s", hour=hour, place=place)

    @api.model
    def _get_contact_name(self, record, partner):
        own = record["contact_name"] if "contact_name" in record._fields else ""
        return own or (partner.name if not partner.is_company else "") or ""

    @api.model
    def _get_company_name(self, record, partner):
        own = record["partner_name"] if "partner_name" in record._fields else ""
        return own or partner.commercial_company_name or ""

    @api.model
    def _get_fact_fields(self, model):
        """Return the fields of a record that whoever calls has before his eyes, in their order."""
        return {
            "crm.lead": [
                "stage_id",
                "expected_revenue",
                "user_id",
                "source_id",
                "email_from",
                "city",
            ],
            "res.partner": ["function", "email", "city", "user_id"],
        }[model]

    def _prepare_facts(self, record):
        """Return the facts of a record that hold anything: ``[{"name", "label", "value"}]``."""
        facts = []
        for name in self._get_fact_fields(record._name):
            field = record._fields.get(name)
            if field is None or not record._has_field_access(field, "read") or not record[name]:
                continue
            label = field._description_string(self.env)
            facts.append({"name": name, "label": label, "value": self._format(record, field)})
        return facts

    @api.model
    def _format(self, record, field):
        value = record[field.name]
        if field.type == "many2one":
            return value.sudo().display_name  # sudo: any model - the name of what the record names
        if field.type == "monetary":
            return record[field.get_currency_field(record)].format(value)
        return str(field.convert_to_export(value, record))

    def _prepare_history(self, record, limit=4):
        """Return what happened with a record last, as its timeline shows it."""
        return self.env["crm.interaction"].get_page(record._name, record.id, limit=limit)["rows"]

    def _prepare_lists(self, lists):
        return lists.read(["name", *FIGURES])

    # -- Why nobody --------------------------------------------------------------------------------

    def _explain(self, calling):
        """Return why nobody is called now, in one sentence, and when that changes where it is known."""
        if calling.state != "running":
            states = {
                "draft": self.env._("This list has not begun yet."),
                "paused": self.env._("This list is paused: nobody is called until it goes on."),
                "done": self.env._("This list is finished."),
            }
            return states[calling.state], False
        opening = calling._find_next_opening()
        if opening:
            return self._explain_opening(*opening), opening[0]
        # sudo: crm.call.list.line - whether somebody is left, no more
        lines = self.env["crm.call.list.line"].sudo()
        own = Domain("list_id", "=", calling.id)
        if lines.search_count(own & Domain("state", "=", "waiting"), limit=1):
            return self.env._(
                "Who is left belongs to colleagues: you may not see their leads."
            ), False
        if lines.search_count(own & Domain("state", "=", "taken"), limit=1):
            return self.env._("Colleagues are calling the last ones of this list."), False
        if not lines.search_count(own, limit=1):
            return self.env._("Nobody is on this list yet."), False
        return self.env._("Everybody on this list has been called."), False

    def _explain_opening(self, moment, zone):
        """Return the sentence that tells when the next may be called, on the clock of who is called."""
        now = fields.Datetime.now()
        if moment <= now:
            return self.env._("Colleagues are calling the next ones; somebody is free in a moment.")
        local = pytz.utc.localize(moment).astimezone(pytz.timezone(zone))
        today = pytz.utc.localize(now).astimezone(pytz.timezone(zone)).date()
        hour = format_time(self.env, moment, tz=zone, time_format="short")
        place = zones.get_place(zone, self.env.lang)
        if local.date() == today:
            return self.env._(
                "The next one may be called at %(hour)s in %(place)s.", hour=hour, place=place
            )
        return self.env._(
            "The next one may be called on %(day)s at %(hour)s in %(place)s.",
            day=format_date(self.env, local.date(), date_format="EEEE d MMMM"),
            hour=hour,
            place=place,
        )
