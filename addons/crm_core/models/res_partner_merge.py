# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    """Merging contacts: people with people, companies with companies; who logs in, and our own companies, stay."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.merge.mixin"]

    _merge_groups = (("street", "street2", "zip", "city", "state_id", "country_id"),)
    _merge_ignored = (
        "active", "is_company", "company_id", "type", "color", "partner_share", "employee", "properties", "message_bounce",
        "partner_latitude", "partner_longitude", "date_localization", "user_ids", "channel_ids", "meeting_ids",
        "starred_message_ids", "crm_lifecycle", "commercial_partner_id", "complete_name", "calendar_last_notif_ack",
        "email_normalized", "phone_sanitized",
    )  # fmt: skip

    def _can_merge(self):
        is_allowed = self.env.is_admin() or self.env.user.has_group("crm_core.group_crm_core_merge")
        # sudo: res.users - who logs in as a colleague; an address of theirs is a way to their password
        colleagues = self.sudo().with_context(active_test=False).user_ids - self.env.user
        colleagues = colleagues.filtered(lambda user: not user.share)
        if is_allowed and colleagues and not self.env["res.users"].has_access("write"):
            raise AccessError(
                self.env._(
                    "%s works here: contacts of colleagues are merged by who may change users.",
                    ", ".join(colleagues.mapped("name")),
                )
            )
        return is_allowed

    def _get_merge_order(self):
        # sudo: res.users - whether somebody logs in decides which contact must stay
        bound = self.filtered(lambda partner: partner.sudo()._is_bound_to_merge())
        ordered = super()._get_merge_order()
        return bound | ordered.filtered("active") | ordered

    def _is_bound_to_merge(self):
        """Return whether this contact must be the one that stays: somebody logs in with it, or it is one of our companies."""
        self.ensure_one()
        archived_too = self.with_context(active_test=False)
        is_company = (
            self.env["res.company"]
            .with_context(active_test=False)
            .search_count([("partner_id", "=", self.id)], limit=1)
        )
        return bool(archived_too.user_ids or is_company)

    def _get_merge_obstacles(self, others):
        _ = self.env._
        obstacles = super()._get_merge_obstacles(others)
        partners = self | others
        if len(set(partners.mapped("is_company"))) > 1:
            obstacles.append(_("A company and a person are not the same: they are not merged."))
        family = partners._get_ancestors()
        if partners & family:
            obstacles.append(
                _(
                    "A contact is not merged with its own company or address: %s",
                    ", ".join((partners & family).mapped("name")),
                )
            )
        bound = others.filtered(lambda partner: partner._is_bound_to_merge())
        if bound:
            obstacles.append(
                _(
                    "%s logs in here, or is one of your own companies: this contact must be the one that is kept.",
                    ", ".join(bound.mapped("name")),
                )
            )
        return obstacles + self._get_merge_sealed(others)

    def _get_ancestors(self):
        """Return the companies, and their companies, of contacts."""
        above, ancestors = self.parent_id, self.browse()
        while above - ancestors:
            ancestors |= above
            above = above.parent_id
        return ancestors

    def _get_merge_sealed(self, others):
        """Return what secured accounts have against it: their fingerprint covers whom an entry belongs to."""
        if "account.move" not in self.env:
            return []
        sealed = self.env["account.move.line"].search(
            [("partner_id", "in", others.ids), ("move_id.inalterable_hash", "!=", False)], limit=1
        )
        if not sealed:
            return []
        return [
            self.env._(
                "Secured accounting entries name %s: keep this contact, and merge the other one into it.",
                sealed.partner_id.name,
            )
        ]

    def _get_merge_forced(self, others):
        values = super()._get_merge_forced(others)
        if self.company_id and not all(partner.company_id for partner in others):
            values["company_id"] = False  # what several companies use stays with all of them
        if not self.active and any(others.mapped("active")):
            values["active"] = True
        return values

    def _write_merged(self, values):
        """Write the result, and work out anew what people who changed their company show of it."""
        everybody = self.with_context(active_test=False)
        below = everybody.search([("id", "child_of", self.ids)]) - self
        for name in ("commercial_partner_id", "commercial_company_name", "complete_name"):
            self.env.add_to_compute(self._fields[name], below)
        return super()._write_merged(values)
