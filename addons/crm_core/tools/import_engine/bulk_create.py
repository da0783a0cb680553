# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Creating many records at once: what is the same for all of them, or known already, is not worked out for each."""

#: an object of this process: no caller from outside can put it into a context
BULK = object()


def is_bulk(records):
    """Whether records are created by the import, which gives all that is derived along with them."""
    return records.env.context.get("crm_import_bulk") is BULK


def with_remembered_defaults(records, values, complete):
    """Values completed by the defaults of their model, worked out once for all values with the same fields.

    :param dict values: given for one record
    :param complete: the ORM's own function, which works defaults out for one record
    """
    env = records.env
    key = (
        "crm_import_defaults",
        records._name,
        env.uid,
        env.company.id,
        env.lang,
        frozenset(values),
    )
    properties = [field for field in records._fields.values() if field.type == "properties"]
    if key not in env.cr.cache:
        completed = complete(values)
        own = {field.name for field in properties}
        env.cr.cache[key] = {
            name: value
            for name, value in completed.items()
            if name not in values and name not in own
        }
        return completed
    completed = {**env.cr.cache[key], **values}
    for field in properties:
        completed[field.name] = field._add_default_values(env, completed)
    return completed


def keep_given(records, data_list, names, also=()):
    """Take derived fields as they were given instead of deriving them anew.

    :param records: records that were created just now
    :param data_list: what they were created from; ``names`` are kept where ``data["stored"]`` has them
    :param also: derived fields that are empty on new records of an import
    """
    env = records.env
    for name in names:
        given = records.browse([data["record"].id for data in data_list if name in data["stored"]])
        env.remove_to_compute(records._fields[name], given)
    for name in also:
        if name in records._fields:
            env.remove_to_compute(records._fields[name], records)
