"""The add-ons' own tests, through Odoo's runner: all of them in every constellation, or a chosen few."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor

from suite import addon_index, layout, templates, test_log
from suite.console import Step
from suite.database import loading_progress
from suite.odoo_process import run_to_end
from suite.server import free_port
from suite.templates import Templates

COUNTS_FILE = layout.PROJECT / "tests" / "expected_counts.json"
STOCK_BASELINE = layout.PROJECT / "tests" / "stock_baseline.txt"
STOCK_SUITES = ("crm", "sales_team")
# apps of Odoo that our add-ons do more with when they are there; tests of that carry the tag
OTHER_APPS = ("sale_crm", "sale_stock", "base_automation")
APPS_TAG = "with_apps"
LINT_CLASSES = (
    "TestIndex",
    "TestNaming",
    "TestLintOverrideSignatures",
    "ManifestLinter",
    "TestOnchangeDomains",
    "TestTestHoles",
    "RoutesLinter",
    "TestDunderinit",
    "TestI18n",
    "TestJsTranslations",
)
LATE_TESTS = "suite.inside_odoo.late_tests"
STOCK_REASON = "fails without our add-ons too"
STARTING = re.compile(r"Starting (\w+\.\w+) \.\.\.")


class OdooTests:
    """Runs tests through Odoo and adds what they say to the results.

    :param Workspace workspace: server and databases
    :param Results results: where outcomes go
    :param bool record: whether counts and baselines are written anew instead of compared
    """

    def __init__(self, workspace, results, *, record=False):
        self.workspace, self.results, self.record = workspace, results, record
        self.templates = Templates(workspace)

    def selected(self, tags):
        """Run the tests that tags choose, on a copy of the database with everything installed.

        :param str tags: in the syntax of Odoo's ``--test-tags``
        """
        if tags.startswith(APPS_TAG):
            log = self._install("selected", f"Running {tags}", layout.our_addons(), demo=False, tags=tags, others=OTHER_APPS)
            self._add_tests(log)
            return
        with templates.lock():
            template = self.templates.ours()
        database = self.workspace.copy(template, "selected")
        log = self._run("selected", f"Running {tags}", ["-d", database, f"--test-tags={tags}"], program=LATE_TESTS)
        self._add_tests(log, strict=not _names_stock_modules(tags))
        if not log.executed and not log.failed:
            self.results.add_failed("Odoo", tags, "No test is called so.")
        self.results.add_check("log", "the server's log is clean", log.problems)

    def all(self):
        """Run everything: together and alone, with demonstration data and without, lint, and Odoo's own suites.

        A server that tests keeps one processor busy: where there are two, two stages run side by side, the longest first.
        """
        addons = layout.our_addons()
        stages = [("all together", self._together, addons)]
        stages += [(f"{addon} alone", self._alone, addon) for addon in addons]
        stages += [("with other apps", self._with_apps, addons), ("without demo data", self._without_demo, addons)]
        stages += [(f"Odoo's own tests of {module}", self._stock_suite, module) for module in STOCK_SUITES]
        stages += [("lint", self._lint, LINT_CLASSES)]
        for demo in (True, False):
            self.workspace.configuration(demo=demo)
        with ThreadPoolExecutor(1 if self.record else min(2, os.cpu_count() or 1)) as lanes:
            for outcome in [lanes.submit(self._run_stage, *stage) for stage in stages]:
                outcome.result()

    def _run_stage(self, name, stage, argument):
        with self.results.stage(name):
            stage(argument)

    def _together(self, addons):
        tags = ",".join(f"/{addon}" for addon in addons)
        log = self._install("all-demo", "Testing all add-ons, with demo data", addons, demo=True, tags=tags)
        self._add_tests(log)
        self._compare_counts({addon: log.count(addon) for addon in addons} | {"javascript": log.unit_tests})

    def _without_demo(self, addons):
        tags = ",".join(f"without_demo/{addon}" for addon in addons)
        self._add_tests(self._install("all-plain", "Installing all add-ons, without demo data", addons, demo=False, tags=tags))

    def _alone(self, addon):
        """Run an add-on's tests with only what it depends on, and install it with its demonstration data."""
        addons = addon_index.with_our_dependencies([addon])
        if set(addons) != set(layout.our_addons()):
            self._add_tests(
                self._install(f"{addon}-plain", f"Testing {addon} alone, without demo data", addons, demo=False, tags=f"/{addon},-browser")
            )
            self._install(f"{addon}-demo", f"Installing {addon} alone, with demo data", addons, demo=True)

    def _with_apps(self, addons):
        """Run the tests of what add-ons do when other apps are there."""
        tags = ",".join(f"{APPS_TAG}/{addon}" for addon in addons)
        title = f"Testing all add-ons with {', '.join(OTHER_APPS)}"
        self._add_tests(self._install("other-apps", title, addons, demo=False, tags=tags, others=OTHER_APPS))

    def _install(self, label, title, addons, *, demo, tags=None, others=()):
        """Install add-ons, and other apps, on a copy of what they depend on; the install's log must be clean."""
        with templates.lock():
            template = self.templates.dependencies(addons, demo=demo)
        database = self.workspace.copy(template, label)
        options = ["-d", database, "-i", ",".join([*addons, *others])]
        log = self._run(label, title, [*options, *([f"--test-tags={tags}"] if tags else ["--no-http"])], demo=demo)
        self.results.add_check("log", f"{title}: the server's log is clean", log.problems)
        return log

    def _lint(self, classes):
        """Run Odoo's own lint on our add-ons."""
        with templates.lock():
            template = self.templates.ours()
        database = self.workspace.copy(template, "lint")
        tags = ",".join(f"/test_lint:{name}" for name in classes)
        log = self._run("lint", "Running Odoo's lint", ["-d", database, "-i", "test_lint", f"--test-tags={tags}"])
        self._add_tests(log)

    def _stock_suite(self, module):
        """Run Odoo's own tests of a module with our add-ons installed: no failure that the baseline lacks."""
        with templates.lock():
            template = self.templates.ours()
        if self.record:
            self._record_stock_failures(module)
        log = self._run_stock_suite(module, template, f"Running Odoo's own tests of {module} with our add-ons installed")
        known = _read_baseline()
        failed = {name for name in log.failed if name.startswith(f"{module}:")}
        self.results.add_passed(len(log.passed))
        for name in sorted(failed - set(known)):
            self.results.add_failed("Odoo's own", name, log.failed[name])
        self.results.add_check("Odoo's own", f"tests of {module} ran", [] if log.executed else ["none ran"])

    def _record_stock_failures(self, module):
        """Note what fails without our add-ons; lines with a reason of their own stay."""
        with templates.lock():
            template = self.templates.dependencies(layout.our_addons())
        log = self._run_stock_suite(module, template, f"Running Odoo's own tests of {module} without our add-ons")
        kept = {name: reason for name, reason in _read_baseline().items() if reason != STOCK_REASON or not name.startswith(f"{module}:")}
        _write_baseline(dict.fromkeys(log.failed, STOCK_REASON) | kept)

    def _run_stock_suite(self, module, template, title):
        database = self.workspace.copy(template, module)
        return self._run(f"stock-{module}", title, ["-d", database, f"--test-tags=/{module}"], program=LATE_TESTS)

    def _run(self, label, title, options, *, demo=True, program="odoo"):
        path = self.workspace.log(label)
        with Step(title) as step:
            options = [*options, "--stop-after-init", f"--http-port={free_port()}"]
            status = run_to_end(self.workspace, options, log=path, demo=demo, step=step, progress=_Progress(), program=program)
            log = test_log.read(path)
            step.note = f"{len(log.passed)} passed, {len(log.failed)} failed" if log.executed or log.failed else "done"
        if status and not log.failed and not log.problems:
            log.problems.append(f"the server ended with status {status}; see {path}" if status != 124 else f"the time was up; see {path}")
        return log

    def _add_tests(self, log, *, strict=True):
        self.results.add_passed(len(log.passed) + log.unit_tests)
        for name, why in sorted(log.failed.items()):
            self.results.add_failed("Odoo", name, why)
        for name, why in sorted(log.skipped.items()):
            if strict:
                self.results.add_failed("Odoo", name, f"It was skipped ({why}); a test that cannot run here is left out instead.")

    def _compare_counts(self, counts):
        """Compare how many tests ran with the recorded numbers: tests do not vanish unseen."""
        if self.record:
            COUNTS_FILE.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        recorded = json.loads(COUNTS_FILE.read_text(encoding="utf-8")) if COUNTS_FILE.exists() else {}
        for name, count in sorted(counts.items()):
            least = max(recorded.get(name, 0), 0 if name == "javascript" else 1)
            self.results.add_check(
                "count",
                f"{name}: {count} tests, at least {least} recorded",
                []
                if count >= least
                else [f"{count} tests ran, {least} are recorded. When tests were removed on purpose: bin/test --record"],
            )


class _Progress:
    """Turns the server's log into progress: modules while loading, then tests."""

    def __init__(self):
        self.count = 0

    def __call__(self, line):
        if found := STARTING.search(line):
            self.count += 1
            return f"test {self.count}, {found[1]}"
        return loading_progress(line)


def _names_stock_modules(tags):
    return not all(module in layout.our_addons() for module in re.findall(r"/(\w+)", tags))


def _read_baseline():
    """Return the tests of Odoo's own that may fail, each with its reason."""
    if not STOCK_BASELINE.exists():
        return {}
    lines = [line for line in STOCK_BASELINE.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]
    return {name.strip(): reason.strip() for name, _, reason in (line.partition("#") for line in lines)}


def _write_baseline(reasons):
    header = "# Tests of Odoo's own that may fail with our add-ons installed, and why. bin/test --record writes those that fail without them too.\n"
    STOCK_BASELINE.write_text(header + "".join(f"{name}  # {reason}\n" for name, reason in sorted(reasons.items())), encoding="utf-8")
