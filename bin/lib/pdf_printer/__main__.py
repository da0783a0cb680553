"""``wkhtmltopdf [options] BODY … OUTPUT``, printed by Chromium.

Exit status: 0 printed; 1 printed, but something of the server's own could not be fetched; 2 not printed.
"""

import resource
import sys

from pdf_printer import command_line
from pdf_printer.assembly import assemble
from pdf_printer.chromium import Chromium, PrintingError, program
from pdf_printer.furniture import print_furniture
from pdf_printer.guard import Guard, origin_of
from pdf_printer.page import Page

VERSION = "wkhtmltopdf 0.12.6 (with patched qt)"


def main(arguments):
    """Print, or say the version.

    :param list[str] arguments: the command line after the program's name
    :return: the exit status
    :rtype: int
    """
    try:
        if "--version" in arguments or "-V" in arguments:
            program()
            print(VERSION)
            return 0
        problems = print_job(command_line.parse(arguments))
    except (PrintingError, OSError) as error:
        print(f"The PDF could not be printed: {error}", file=sys.stderr)
        return 2
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def print_job(job):
    """Print every body with its header and footer into the job's output file.

    :param command_line.Job job: what to print
    :return: one line for each thing of the server's that could not be fetched
    :rtype: list[str]
    :raises PrintingError: when nothing was printed
    """
    _lift_limits()
    bodies = [path.read_bytes() for path in job.bodies]
    guard = Guard(origin_of(bodies))
    with Chromium(guard.host_rules()) as browser:
        page = Page(browser, guard, job)
        printed = [page.print(body, job.layout) for body in bodies]
        counts, assembled = assemble(printed)
        overlays = [
            print_furniture(page, place, path.read_bytes(), job, counts)
            for place, path in (("header", job.header), ("footer", job.footer))
            if path
        ]
    job.output.write_bytes(assembled(overlays))
    for address in guard.refused:
        print(f"Not fetched, since it is not the server's own: {address[:200]}", file=sys.stderr)
    return guard.failed


def _lift_limits():
    """Lift the limits that the server sets for its own workers: Chromium reserves address space by the gigabyte."""
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _soft, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (hard, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
