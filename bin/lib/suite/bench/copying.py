"""Fills tables by COPY: as many rows as wanted, the same ones every time.

A row made by Odoo itself serves as the pattern, so that every column holds what Odoo would have put there, those of later add-ons too; the builder
says what differs from row to row.
"""

import io

NULL = r"\N"


def copy_like(env, pattern, rows):
    """Copy rows into the table of a record, each like the record but for what is given.

    :param odoo.models.BaseModel pattern: the record that rows resemble
    :param rows: dictionaries of columns; a column that the table lacks is left out
    :return: the ids
    :rtype: list[int]
    """
    table, cursor = pattern._table, env.cr
    env.flush_all()
    cursor.execute(f'SELECT * FROM "{table}" WHERE id = %s', (pattern.id,))
    columns = [column.name for column in cursor.description]
    cursor.execute(
        f'SELECT {", ".join(f"""to_jsonb("{name}") #>> %s""" for name in columns)} FROM "{table}" WHERE id = %s',
        [*["{}"] * len(columns), pattern.id],
    )
    usual = dict(zip(columns, cursor.fetchone(), strict=True))
    cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')
    first = cursor.fetchone()[0] + 1
    ids = _copy(cursor, table, columns, usual, rows, first)
    cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (table, first + len(ids)))
    env.invalidate_all()
    return ids


def _copy(cursor, table, columns, usual, rows, first):
    buffer, ids = io.StringIO(), []
    for number, row in enumerate(rows, first):
        values = {**usual, **row, "id": number}
        buffer.write("\t".join(_text(values[name]) for name in columns) + "\n")
        ids.append(number)
    buffer.seek(0)
    cursor.execute("SET LOCAL session_replication_role = replica")
    names = ", ".join(f'"{name}"' for name in columns)
    cursor._obj.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', buffer)
    cursor.execute("SET LOCAL session_replication_role = origin")
    return ids


def _text(value):
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
