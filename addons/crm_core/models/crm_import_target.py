# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import functools

from odoo import api, models
from odoo.tools import SQL, email_normalize, plaintext2html
from odoo.tools.mail import html_sanitize

from ..tools.import_engine import BULK, FieldSpec, external_name, format_phone, name_key, row_hash
from ..tools.source_formats import ENTITY_FIELDS, FIELD_PARSERS, LINK_ENTITIES

# a file asks for the same addresses over and over; as Odoo does, the first of several counts
normalize_email = functools.lru_cache(maxsize=50_000)(
    functools.partial(email_normalize, strict=False)
)

# what creation must not do for each record of an import: followers, log notes, mails, copies between partner and deal
QUIET = {
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
    "no_reset_password": True,
    "crm_import_bulk": BULK,
}


class CrmImportTarget(models.AbstractModel):
    """What a row can become: one abstract model for each kind of record ("entity") that files hold.

    An add-on adds a kind by a model that inherits this one and sets ``_entity``, ``_res_model``, ``_order_of_import`` and
    ``_field_labels``, and defines ``_get_natural_key`` and ``_prepare_values``. All methods that touch the database take
    the rows of a whole batch.
    """

    _name = "crm.import.target"
    _description = "Import Target"

    # the kind's name in mappings; the records it makes; kinds with lower numbers are imported first
    _entity = None
    _res_model = None
    _order_of_import = 50
    # a file's rows with one natural key are one record (people, companies) or several (deals of one name)
    _key_is_identity = True
    # a row without a name is refused
    _needs_name = False
    # fields of the target that are lists of words: {field: list}
    _word_fields = {}
    # links to records of the same kind, resolved when all rows are in
    _self_links = ()
    # the field of the record that keeps columns as properties
    _property_field = None
    # fields without a place of their own: they are kept as lines of the notes
    _noted_fields = ()

    # -- What there is ---

    @api.model
    def _get_targets(self):
        """Return the targets by entity, in the order in which their files are imported.

        :rtype: dict[str, models.AbstractModel]
        """
        names = self.env.registry.descendants(["crm.import.target"], "_inherit")
        found = [
            self.env[name]
            for name in names
            if self.env[name]._entity and self.env[name]._is_available()
        ]
        return {
            target._entity: target
            for target in sorted(found, key=lambda target: target._order_of_import)
        }

    @api.model
    def _is_available(self):
        """Return whether its records can exist on this database."""
        return self._res_model in self.env

    @api.model
    def _get_label(self):
        """Return what people call this kind, in the plural."""
        return self._entity

    @api.model
    def _get_field_labels(self):
        """Return the label of each field that this target takes, by name, in the order to choose from.

        :rtype: dict[str, str]
        """
        return {"external_id": self.env._("Identifier")}

    @api.model
    def _get_specs(self):
        """Return the ``FieldSpec`` of each field, by name."""
        return {
            name: self._prepare_spec(name, label)
            for name, label in self._get_field_labels().items()
        }

    @api.model
    def _prepare_spec(self, name, label):
        return FieldSpec(
            name,
            label,
            FIELD_PARSERS.get(name, "text"),
            LINK_ENTITIES.get(name, ()),
            self._word_fields.get(name),
        )

    @api.model
    def _get_known_fields(self):
        """Return the names of all fields that the recogniser may propose for this kind."""
        return ENTITY_FIELDS.get(self._entity, frozenset())

    # -- From texts to values ---

    @api.model
    def _complete_row(self, run, file, row):
        """Put values together, and refuse or skip rows that must not be imported. Extend it; nothing is written here.

        :return: the row
        """
        if row.values.pop("deleted", False):
            row.skip("deleted")
        elif self._needs_name and row.is_open and not row.values.get("name"):
            row.refuse("missing", label=self.env._("Name"))
        return row

    @api.model
    def _get_natural_key(self, row):
        """Return what tells a row from others in files without identifiers, or None when there is nothing."""
        return

    @api.model
    def _get_hash(self, row):
        """Return a hash of all that is imported from a row."""
        pairs = [(name, repr(value)) for name, value in row.values.items()]
        pairs += [
            (name, repr([(link.by, link.text) for link in links]))
            for name, links in row.links.items()
        ]
        return row_hash(pairs)

    @api.model
    def _get_phone(self, file, row, text, country_id=None):
        """Return ``(E.164 or None, the text to store)`` of a phone number, and remark on one that nobody can call."""
        e164, shown = format_phone(text, self._get_country_code(file, country_id))
        if not e164:
            row.warn(
                "phone", value=text[:60], country=self._get_country_code(file, country_id) or "?"
            )
        return e164, shown

    @api.model
    def _get_country_code(self, file, country_id):
        """Return the code of the country that a row's numbers are called from."""
        country = (
            self.env["res.country"].browse(country_id)
            if country_id and country_id > 0
            else file.import_id.country_id
        )
        return country.code or None

    @api.model
    def _get_notes(self, file, row, text_field):
        """Return the HTML of the notes: the text of a field, and one line for each value without a place of its own."""
        text = row.values.get(text_field)
        html = (
            (html_sanitize(text) if "</" in text or "<br" in text else plaintext2html(text))
            if text
            else ""
        )
        noted = [
            name for name in self._noted_fields if row.values.get(name) not in (None, "", False)
        ]
        labels = self._get_field_labels() if noted else {}
        lines = [f"{labels.get(name, name)}: {row.values[name]}" for name in noted]
        lines += row.values.get("extra_lines", ())
        return (html + plaintext2html("\n".join(map(str, lines)))) if lines else html or False

    @api.model
    def _prepare_values(self, run, file, row):
        """Return the values to create or update the record of a row with.

        :rtype: dict
        """
        raise NotImplementedError

    # -- What exists ---

    @api.model
    def _find_by(self, run, file, by, texts):
        """Find records by how links name them.

        :param str by: ``id``, ``name`` or ``email``
        :return: ``{text: id}`` of those found
        """
        if by == "id":
            return file._find_by_identifier(self._entity, texts)
        return self._find_by_name(file, texts) if by == "name" else {}

    @api.model
    def _find_by_name(self, file, texts):
        """Find records by name, whatever its case; the oldest where several have it.

        :return: ``{text: id}``
        """
        wanted = {}
        for text in texts:
            wanted.setdefault(" ".join(text.lower().split()), []).append(text)
        found = {}
        for name, res_id in self._query_names(file, list(wanted)):
            for text in wanted.get(name, ()):
                found.setdefault(text, res_id)
        return found

    @api.model
    def _query_names(self, file, names):
        """Return ``[(lower-case name, id)]`` of the user's records with these names, oldest first."""
        return []

    @api.model
    def _query_lower(self, file, names, fname="name", where=None):
        """Return ``[(lower-case name, id)]`` by one query, under the user's access rights."""
        model = self.env[self._res_model].with_context(active_test=False)
        query = model._search(
            [("company_id", "in", [False, file.import_id.company_id.id])]
            if "company_id" in model._fields
            else []
        )
        column = SQL("lower(%s)", model._field_to_sql(query.table, fname, query))
        query.add_where(SQL("%s = ANY(%s)", column, names))
        if where:
            query.add_where(where(query.table))
        query.order = SQL("%s", SQL.identifier(query.table, "id"))
        return self.env.execute_query(query.select(column, SQL.identifier(query.table, "id")))

    @api.model
    def _match_existing(self, run, file, rows):
        """Find what exists already and was not imported as a row of its own: ``{row: (id, shown name)}``. Never by empty values."""
        return {}

    # -- Writing ---

    @api.model
    def _get_writer(self, file):
        """Return the model to create records on, under the rights of the importing user and quiet."""
        return self.env[self._res_model].with_context(
            **QUIET, default_company_id=file.import_id.company_id.id
        )

    @api.model
    def _create_records(self, run, file, rows):
        """Create the records of a batch of rows.

        :rtype: models.BaseModel
        """
        return self._get_writer(file).create([self._prepare_values(run, file, row) for row in rows])

    @api.model
    def _after_create(self, run, file, rows, records):
        """Do what can only be done once records exist, for the whole batch."""

    @api.model
    def _stamp_creation(self, rows, records):
        """Give records the creation date that their file tells, which the ORM sets by itself."""
        dated = [
            (record.id, row.values["create_date"])
            for row, record in zip(rows, records, strict=True)
            if row.values.get("create_date")
        ]
        if not dated:
            return
        records.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s AS record SET create_date = dated.moment FROM (VALUES %s) AS dated(id, moment) WHERE record.id = dated.id",
                SQL.identifier(records._table),
                SQL(", ").join(
                    SQL("(%s, %s::timestamp)", res_id, moment) for res_id, moment in dated
                ),
            )
        )
        records.invalidate_recordset(["create_date"])

    @api.model
    def _create_batch(self, run, file, rows):
        """Create the records of a batch of rows and note them on the rows."""
        records = self._create_records(run, file, rows)
        self._after_create(run, file, rows, records)
        for row, record in zip(rows, records, strict=True):
            row.res_id, row.action = record.id, "created"

    @api.model
    def _update_batch(self, run, file, rows):
        """Write what changed in rows that exist, and nothing where nothing changed."""
        records = self.env[self._res_model].browse([row.res_id for row in rows])
        for row, record in zip(rows, records, strict=True):
            values = self._prepare_update(run, file, row, record)
            row.action = "updated" if values else "unchanged"
            if values:
                row.previous = self._get_previous(record, values)
                self._update_record(record, values)

    # -- Links ---

    @api.model
    def _create_links(self, run, file, rows):
        """Create linked records that a batch names and nobody knows, where the import is set to; note them for undo."""

    @api.model
    def _report_missing_link(self, run, file, row, name, links):
        """Say that a linked record was not found; the row is kept without it."""
        row.warn("unknown_link", links[0].header, value=links[0].text[:80])

    @api.model
    def _get_planned_keys(self, file, row):
        """Return ``[(by, key)]`` under which rows of later files may link to a row, while an import is only checked."""
        keys = [("id", row.name)] if row.name else []
        if row.values.get("name"):
            keys.append(("name", name_key(str(row.values["name"]))))
        if row.values.get("email"):
            keys.append(("email", str(row.values["email"]).casefold()))
        return keys

    @api.model
    def _get_planned_key(self, file, by, text):
        """Return the key, among those of ``_get_planned_keys``, that a link's text stands for."""
        if by == "id":
            return external_name(file.import_id.company_id.id, self._entity, text, file.source)
        return name_key(text) if by == "name" else text.casefold()

    @api.model
    def _after_planning(self, run, file, rows):
        """While an import is only checked, let later files know what these rows would create."""

    # -- Second pass ---

    @api.model
    def _link_records(self, run, file, links):
        """Set the links between records of one file, when all of them exist.

        :param links: list of ``(row, record id, field, linked id)``
        """

    @api.model
    def _key_of(self, *texts):
        """Return one key of several texts, None when all are empty."""
        keys = [name_key(text) if text else "" for text in texts]
        return "|".join(keys) if any(keys) else None
