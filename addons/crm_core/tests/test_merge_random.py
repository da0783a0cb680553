# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from random import Random

from odoo.fields import Command
from odoo.tests import tagged

from .merge_common import MergeCase

ROUNDS = 18


@tagged("post_install", "-at_install")
class TestMergeRandom(MergeCase):
    """Whatever hangs on records, whoever of them stays and however many merges there are: undone, the database is as before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = Random(20260616)
        cls.tags = cls.env["res.partner.category"].create([{"name": n} for n in "ABCD"])
        cls.lead_tags = cls.env["crm.tag"].create([{"name": n} for n in ("Hot", "Cold", "Old")])
        cls.team.lead_properties_definition = [
            {"name": "first", "type": "many2one", "comodel": "res.partner", "string": "First"},
            {"name": "more", "type": "many2many", "comodel": "res.partner", "string": "More"},
            {"name": "deal", "type": "many2one", "comodel": "crm.lead", "string": "Deal"},
        ]
        cls.queue = cls.env["crm.routing.queue"].create(
            {"name": "Queue", "company_id": cls.company.id}
        )
        cls.people = cls.env["res.partner"].create(
            [cls._draw_contact(number) for number in range(10)]
        )
        cls.people |= cls.portal.partner_id
        cls.deals = cls.env["crm.lead"].create([cls._draw_deal(number) for number in range(12)])
        for deal in cls.random.sample(list(cls.deals), 5):
            cls.random.choice([deal.action_set_won, deal.action_set_lost])()
        cls.env.flush_all()

    @classmethod
    def _draw_contact(cls, number):
        draw = cls.random
        return {
            "name": f"Contact {number}",
            "email": draw.choice([False, f"c{number}@client.example"]),
            "phone": draw.choice([False, f"+22177000{number:04}"]),
            "city": draw.choice([False, "Dakar", "Thiès"]),
            "comment": draw.choice([False, f"<p>Note {number}</p>"]),
            "category_id": [Command.set(draw.sample(cls.tags.ids, draw.randint(0, 3)))],
            "company_id": draw.choice([False, cls.company.id]),
            "active": draw.random() > 0.2,
        }

    @classmethod
    def _draw_deal(cls, number):
        draw = cls.random
        people = draw.sample(cls.people.ids, 3)
        return {
            "name": f"Deal {number}",
            "type": draw.choice(["lead", "opportunity"]),
            "partner_id": draw.choice([False, people[0]]),
            "amount": draw.choice([0, 100 * number]),
            "currency_id": draw.choice([cls.eur, cls.xof, cls.tnd]).id,
            "tag_ids": [Command.set(draw.sample(cls.lead_tags.ids, draw.randint(0, 2)))],
            "lead_properties": {"first": people[0], "more": people},
            "user_id": draw.choice([cls.salesperson.id, cls.salesperson_all.id]),
            "team_id": cls.team.id,
            "company_id": cls.company.id,
        }

    # -- What may hang on a record ---

    def _hang_child(self, record):
        if record._name == "res.partner":
            child = self.env["res.partner"].create({"name": "Child", "parent_id": record.id})
            child.active = self.random.random() > 0.3
            self.env["res.partner"].create({"name": "Grandchild", "parent_id": child.id})

    def _hang_activity(self, record):
        record.activity_schedule("mail.mail_activity_data_call", user_id=self.salesperson.id)
        record.activity_ids[:1].action_feedback("Spoke")

    def _hang_tracked_value(self, record):
        tracked = record.with_context(tracking_disable=False)
        name = "email_from" if record._name == "crm.lead" else "email"
        tracked[name] = f"new{record.id}@client.example"
        self.env.flush_all()
        self.cr.precommit.run()

    def _hang_message(self, record):
        author = self.random.choice(self.people)
        message = record.message_post(
            body="Said", author_id=author.id, partner_ids=self.random.choice(self.people).ids
        )
        message.starred_partner_ids = self.random.choice(self.people)

    def _hang_versions(self, record):
        place = {"res_model": record._name, "res_id": record.id, "raw": b"x"}
        old, new = self.env["ir.attachment"].create(
            [{"name": name, **place} for name in ("old", "new")]
        )
        old.replaced_by_id = new

    def _hang_follower(self, record):
        record.message_subscribe(self.random.sample(self.people.ids, 2))

    def _hang_consent(self, record):
        method = self.random.choice(["_grant", "_withdraw"])
        getattr(self.env["crm.consent"], method)(
            [f"{record._table}{record.id % 3}@consent.example"],
            channel="email",
            source="agent",
            record=record,
        )

    def _hang_dispatch(self, record):
        content = self.env["crm.dispatch.content"].create(
            {"res_model": record._name, "subject": "Hello", "body": "<p>Hello</p>"}
        )
        values = {"channel": "email", "purpose": "sales", "record": record, "content": content}
        key = f"random:{self.random.random()}"
        self.env["crm.dispatch"]._request([{"key": key, **values}])

    def _hang_bank_account(self, record):
        if record._name == "res.partner":
            number = f"FR76 {self.random.randint(1, 3)}"
            known = [("sanitized_acc_number", "=", number.replace(" ", ""))]
            if not record.bank_ids.filtered_domain(known):
                self.env["res.partner.bank"].create({"acc_number": number, "partner_id": record.id})

    def _hang_meeting(self, record):
        place = {"name": "Lunch", "start": "2026-06-16 10:00:00", "stop": "2026-06-16 11:00:00"}
        if record._name == "res.partner":
            place["partner_ids"] = [Command.set(self.random.sample(self.people.ids, 2))]
        else:
            place["opportunity_id"] = record.id
        self.env["calendar.event"].create(place)

    def _hang_routing_item(self, record):
        items = self.env["crm.routing.item"]
        if not items.search([("res_model", "=", record._name), ("res_id", "=", record.id)]):
            items.create(
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "queue_id": self.queue.id,
                    "company_id": self.company.id,
                    "queued_at": "2026-06-16 10:00:00",
                }
            )

    def _hang_dismissal(self, record):
        pool = self.people if record._name == "res.partner" else self.deals
        other = self.random.choice(pool - record)
        low, high = sorted((record.id, other.id))
        self.env.cr.execute(
            """INSERT INTO crm_duplicate (res_model, low_id, high_id, state, score) VALUES (%s, %s, %s, %s, 80)
               ON CONFLICT DO NOTHING""",
            [record._name, low, high, self.random.choice(["open", "different"])],
        )

    def _hang_privacy_request(self, record):
        if record._name == "res.partner":
            self.env["crm.privacy.request"].create(
                {"name": record.name, "partner_ids": [Command.set(record.ids)]}
            )

    def _hang_deal(self, record):
        if record._name == "res.partner":
            deal = self._create_lead(partner_id=record.id, amount=10)
            self.random.choice([deal.action_set_won, deal.action_set_lost, list])()

    def _hang_external_name(self, record):
        name = f"{record._table}_{self.random.random()}".replace(".", "_")
        values = {"module": "__random__", "name": name, "model": record._name, "res_id": record.id}
        self.env["ir.model.data"].create(values)

    def _hang_picture(self, record):
        if record._name == "res.partner":
            record.image_1920 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

    def _hang_value_by_company(self, record):
        if record._name == "res.partner":
            company = self.random.choice(self.company | self.company_xof)
            record.with_company(company).barcode = str(self.random.random())

    def _hang_anything(self, record):
        kinds = [name for name in dir(type(self)) if name.startswith("_hang_")]
        kinds = [name for name in kinds if name not in ("_hang_anything", "_hang_on")]
        for name in self.random.sample(kinds, 4):
            getattr(self, name)(record)

    # -- Merging ---

    def _draw_group(self, model):
        """Return records that may be merged, the one that stays first."""
        pool = self.people if model == "res.partner" else self.deals
        group = list(pool.exists())
        self.random.shuffle(group)
        group = group[: self.random.randint(2, 5)]
        # whoever logs in has to stay
        group.sort(key=lambda record: record != self.portal.partner_id)
        return pool.browse([record.id for record in group])

    def _merge_at_random(self, records):
        master, others = records[0], records[1:]
        wizard = self.env["crm.merge.wizard"].new(
            {"res_model": records._name, "record_ids": records.ids, "master_id": master.id}
        )
        wizard.choices = {
            row["key"]: self.random.choice(["all" if row["combine"] else 0, *records.ids])
            for row in wizard.table["rows"]
            if self.random.random() > 0.5
        }
        values, picks = wizard._get_chosen(records, master)
        return self.env["crm.merge"]._merge(master, others, values=values, picks=picks)

    def test_the_undo_of_random_merges_leaves_every_table_as_it_was(self):
        for number in range(ROUNDS):
            model = ("res.partner", "crm.lead")[number % 2]
            group = self._draw_group(model)
            for record in group:
                self._hang_anything(record)
            before = self._take_picture()
            logs = [self._merge_at_random(group)]
            if number % 3 == 0:  # another merge on top, of either kind
                further = self._draw_group(self.random.choice(["res.partner", "crm.lead"]))
                logs.append(self._merge_at_random(further))
            later = group[0].message_post(body="After the merge") if number % 4 == 1 else None
            for log in reversed(logs):
                log.with_user(self.manager).action_undo()
            if later:
                self.assertEqual(later.res_id, group[0].id)
                later.unlink()
            with self.subTest(round=number, merged=str(group)):
                self._assert_same(before, notes=2 * len(logs))
