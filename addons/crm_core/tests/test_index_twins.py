# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestIndexTwins(TransactionCase):
    """An index costs each time a row is written: none of ours says what another one says already."""

    def test_no_index_of_ours_has_a_twin(self):
        self.env.cr.execute(
            r"""WITH known AS (
                    SELECT tablename, indexname, regexp_replace(indexdef, '^CREATE (UNIQUE )?INDEX \S+ ', '') AS definition
                      FROM pg_indexes WHERE schemaname = current_schema()),
                     ours AS (
                    SELECT c.name FROM ir_model_constraint c JOIN ir_module_module m ON m.id = c.module
                     WHERE c.type = 'i' AND m.name = 'crm_core')
               SELECT one.tablename, one.indexname, other.indexname FROM known one
                 JOIN known other ON other.definition = one.definition AND other.indexname != one.indexname
                WHERE one.indexname IN (SELECT name FROM ours)"""
        )
        self.assertFalse(self.env.cr.fetchall())
