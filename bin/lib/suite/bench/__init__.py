"""Measures of speed: each scenario does a piece of work of ours and the same work by a reference, in turns, in one run.

A scenario stands in ``addons/<add-on>/bench/<anything>.py``, which Odoo never imports::

    from suite.bench import scenario

    @scenario("core.board", sizes=[20_000, 200_000], against="stock board", rows="leads")
    def open_board(bench):
        \"\"\"Opening the pipeline board.\"\"\"
        bench.compare(ours=lambda env: open_it(env), reference=lambda env: open_stock(env))

``rows`` names the builder of ``suite.bench.builders`` that fills the databases with ``bench.size`` rows before the scenario runs; without it they
are as installed, and the scenario makes its own work, for example a file of ``bench.size`` lines in ``bench.folder``.

The scenario gets a :class:`suite.bench.measuring.Bench`:

- ``bench.size``, ``bench.folder`` (a scratch folder), ``bench.random`` (seeded)
- ``bench.ours`` and ``bench.stock``: two databases with the same rows, with all our add-ons and with Odoo's alone.
  ``bench.ours.session()`` gives a fresh environment with empty caches, as a request has, undone at the end; ``commit=True`` keeps what it did.
- ``bench.compare(ours=…, reference=…, on="stock", repeat=5, label="", share=1.0, commit=False, prepare=None)`` calls both in turns, each with a
  fresh environment. ``on="ours"`` runs the reference on our database (bare SQL, for example). ``label`` makes a scenario of its own,
  ``core.board.move``. ``share`` says what part of the work the reference does, when all of it would take too long: 0.05 for 1,000 rows of 20,000;
  its time is scaled up. ``prepare(env)`` runs before each call, unmeasured; what it returns is handed to the call as second argument.
  Without a reference, ratio stays empty.
- ``bench.check("what should hold", condition)`` fails the run with that sentence.

For each call are noted: wall time (the median counts), queries of the whole process, and how far memory rose above where it stood.
The growth exponent compares the smallest and the largest size: 1 means twice the rows take twice the time.
"""

from suite.bench.registry import scenario

__all__ = ["scenario"]
