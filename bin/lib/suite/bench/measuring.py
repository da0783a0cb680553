"""Times, queries and memory of a piece of work; runs inside the Odoo server's interpreter."""

import contextlib
import dataclasses
import gc
import random
import re
import statistics
import time
from pathlib import Path


@dataclasses.dataclass
class Measurement:
    """What one call cost."""

    seconds: float
    queries: int
    memory_mb: float


class Side:
    """One of the two databases.

    :param str database: its name
    """

    def __init__(self, database):
        self.database = database

    @contextlib.contextmanager
    def session(self, *, commit=False):
        """Give a fresh environment of the administrator, as a request would have."""
        from odoo import SUPERUSER_ID, api
        from odoo.modules.registry import Registry

        with Registry(self.database).cursor() as cursor:
            admin = api.Environment(cursor, SUPERUSER_ID, {}).ref("base.user_admin").id
            yield api.Environment(cursor, admin, {"lang": "en_US", "tz": "Europe/Paris"})
            if commit:
                cursor.commit()
            else:
                cursor.rollback()

    def vacuum(self, *tables):
        """Do what PostgreSQL does by itself where people work: freshly filled tables know nothing of their rows and pages yet.

        :param str tables: names of tables; all of them when left out
        """
        from odoo import sql_db
        from odoo.tools import SQL

        with contextlib.closing(sql_db.db_connect(self.database).cursor()) as cursor:
            cursor._cnx.autocommit = True
            cursor.execute(SQL("VACUUM ANALYZE %s", SQL(", ").join(map(SQL.identifier, tables))))


class Bench:
    """What a scenario works with, see ``suite.bench``.

    :param Scenario scenario: the scenario
    :param int size: how much work
    :param str ours: database with our add-ons
    :param str stock: database without
    :param pathlib.Path folder: scratch folder
    """

    def __init__(self, scenario, size, ours, stock, folder):
        self.scenario, self.size, self.folder = scenario, size, Path(folder)
        self.ours, self.stock = Side(ours), Side(stock)
        self.random = random.Random(size)
        self.rows, self.failures = [], []

    def compare(self, ours, reference=None, *, on="stock", repeat=5, label="", share=1.0, commit=False, prepare=None):
        """Measure a piece of work and its reference in turns; one call of each beforehand warms the caches, unless there is one repetition.

        :param ours: function ``env -> anything``, or ``env, prepared -> anything``
        :param reference: the same for the reference
        :param str on: ``stock`` or ``ours``, the database of the reference
        :param int repeat: number of measured calls
        :param str label: makes a scenario of its own
        :param float share: part of the work that the reference does
        :param bool commit: whether what is done is kept
        :param prepare: function ``env -> anything``, run before each call without being measured
        :return: the medians of ours and of the reference, in seconds
        :rtype: tuple[float, float | None]
        """
        other = self.stock if on == "stock" else self.ours
        mine, theirs = [], []
        for turn in range(repeat + (repeat > 1)):
            mine.append(_measure(self.ours, ours, prepare, commit))
            if reference:
                theirs.append(_measure(other, reference, prepare, commit))
            if turn == 0 and repeat > 1:
                mine.clear()
                theirs.clear()
        median = statistics.median(one.seconds for one in mine)
        base = statistics.median(one.seconds for one in theirs) / share if theirs else None
        self.rows.append(
            {
                "scenario": f"{self.scenario.name}.{label}" if label else self.scenario.name,
                "size": self.size,
                "median_s": round(median, 4),
                "queries": round(statistics.median(one.queries for one in mine)),
                "ratio": round(median / base, 3) if base else None,
                "against": self.scenario.against if base else "",
                "growth": None,
                "memory_mb": round(max(one.memory_mb for one in mine), 1),
                "reference_s": round(base, 4) if base else None,
                "reference_queries": round(statistics.median(one.queries for one in theirs) / share) if theirs else None,
            }
        )
        return median, base

    def check(self, sentence, holds):
        """Fail the run with a sentence unless something holds."""
        if not holds:
            self.failures.append(f"{self.scenario.name} at {self.size}: {sentence}")


def _measure(side, work, prepare, commit):
    from odoo import sql_db

    with side.session(commit=commit) as env:
        arguments = (env, prepare(env)) if prepare else (env,)
        env.flush_all()
        env.invalidate_all()
        gc.collect()
        before, queries = _reset_peak_megabytes(), sql_db.sql_counter
        started = time.perf_counter()
        work(*arguments)
        env.flush_all()
        seconds = time.perf_counter() - started
        return Measurement(seconds, sql_db.sql_counter - queries, max(0.0, _status_megabytes("VmHWM") - before))


def _reset_peak_megabytes():
    """Make the kernel forget the peak of our memory, where it lets us; return where memory stands."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _status_megabytes("VmRSS")


def _status_megabytes(name):
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.M)
    return int(found.group(1)) / 1024 if found else 0.0
