# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo.fields import Command
from odoo.tools import SQL

from .common import CrmCoreCase

# the log itself, and what tells people of the merge and its undo
LOG_TABLES = {"crm_merge", "crm_merge_change", "crm_merge_record"}
NOTE_TABLES = {"mail_message"}
# when scheduled actions are to run; sessions and queues of the bus
WORK_TABLES = {"ir_cron_trigger", "bus_bus", "ir_cron", "ir_cron_progress", "crm_score_request"}


class DatabasePicture:
    """What the whole database holds, to be compared with what it holds later."""

    maxDiff = None

    def _take_picture(self):
        """Return what every table of the database holds: how often each row, as a fingerprint.

        :rtype: dict[str, Counter]
        """
        self.env.flush_all()
        tables = self.env.execute_query(
            SQL(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema::regnamespace ORDER BY 1"
            )
        )
        picture = {}
        for (table,) in tables:
            if table in LOG_TABLES | WORK_TABLES:
                continue
            rows = self.env.execute_query(
                SQL("SELECT md5(to_jsonb(content)::text) FROM %s AS content", SQL.identifier(table))
            )
            picture[table] = Counter(row for (row,) in rows)
        return picture

    def _assert_same(self, before, *, notes):
        """Compare the database with a picture of it, table by table.

        :param int notes: how many messages of the merge there are more
        """
        after, different = self._take_picture(), {}
        for table, rows in after.items():
            gone, come = before[table] - rows, rows - before[table]
            if table in NOTE_TABLES and not gone and come.total() == notes:
                continue
            if gone or come:
                different[table] = (gone.total(), self._get_rows(table, come))
        self.assertEqual(different, {}, "rows that went, and rows that came")
        self.assertEqual(set(before), set(after))

    def _get_rows(self, table, fingerprints):
        rows = self.env.execute_query(
            SQL(
                "SELECT to_jsonb(content) FROM %s AS content WHERE md5(to_jsonb(content)::text) = ANY(%s)",
                SQL.identifier(table),
                list(fingerprints),
            )
        )
        return [{name: value for name, value in row.items() if value} for (row,) in rows]


class MergeCase(DatabasePicture, CrmCoreCase):
    """Two contacts, or two leads, with everything that hangs on them, and the whole database as it was before."""

    @classmethod
    def _create_contact(cls, name, **values):
        """Create a person with a follower, an activity, messages, a file, tags, a child, a lead, a meeting and a bank account."""
        partner = cls.env["res.partner"].create({"name": name, **values})
        cls._hang_on(partner)
        cls.env["res.partner"].create({"name": f"Assistant of {name}", "parent_id": partner.id})
        cls.env["res.partner.bank"].create({"acc_number": "FR76 1", "partner_id": partner.id})
        cls._hang_on(cls._create_lead(name=f"Deal of {name}", partner_id=partner.id))
        cls.env["calendar.event"].create(
            {
                "name": f"Lunch with {name}",
                "start": "2026-06-16 10:00:00",
                "stop": "2026-06-16 11:00:00",
                "partner_ids": [Command.set((partner | cls.env.user.partner_id).ids)],
            }
        )
        cls.env["crm.consent"]._grant(
            [f"{partner.id}@consent.example"], channel="email", source="agent", record=partner
        )
        cls.env["discuss.channel"].create(
            {"name": "Both", "channel_partner_ids": [Command.link(partner.id)]}
        )
        return partner

    @classmethod
    def _hang_on(cls, record):
        """Give a record what any record may have: messages, activities, followers, a file, an external name, a rating …"""
        follower = cls.env["res.partner"].create({"name": f"Follower of {record.id}"})
        record.message_subscribe((cls.salesperson.partner_id | follower).ids)
        record.message_post(body=f"About {record.display_name}", author_id=follower.id)
        author = cls.salesperson_all.partner_id
        record.message_post(body="Mine", author_id=author.id, partner_ids=follower.ids)
        record.activity_schedule("mail.mail_activity_data_call", user_id=cls.salesperson.id)
        cls.env["ir.attachment"].create(
            {"name": "offer.txt", "raw": b"offer", "res_model": record._name, "res_id": record.id}
        )
        cls.env["ir.model.data"].create(
            {
                "module": "__test__",
                "name": f"{record._table}_{record.id}",
                "model": record._name,
                "res_id": record.id,
            }
        )
        cls.env["crm.dispatch"]._request(
            [
                {
                    "key": f"merge:{record._table}:{record.id}",
                    "channel": "email",
                    "purpose": "sales",
                    "record": record,
                    "content": cls.env["crm.dispatch.content"].create(
                        {"res_model": record._name, "subject": "Hello", "body": "<p>Hello</p>"}
                    ),
                }
            ]
        )

    def _get_names_left(self, record):
        """Return the places that still name a record."""
        move = self.env["crm.merge"].with_context(crm_merge_swallowed=record._name)
        references = self.env["crm.merge.reference"]._get_references(record._table)
        certain = [each for each in references if each.kind in ("key", "pair", "text")]
        used = move._get_used(certain, {record.id: 0})
        return [f"{each.table}.{each.column}" for each in used]
