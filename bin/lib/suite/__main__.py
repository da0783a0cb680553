"""``python -m suite COMMAND …``: dispatches to the four commands and turns failures into one clear sentence."""

import importlib
import os
import signal
import sys

from suite.console import Failure, report_failure

COMMANDS = ("run", "test", "check", "bench")


def main(arguments):
    """Run one command.

    :param list[str] arguments: the command's name and its own arguments
    :return: the exit status
    :rtype: int
    """
    name, *rest = arguments
    if name not in COMMANDS:
        raise SystemExit(f"unknown command {name}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    module = importlib.import_module(f"suite.{name}_command")
    try:
        return module.main(rest)
    except Failure as failure:
        report_failure(failure)
        return 1
    except BrokenPipeError:
        # whoever read our output stopped reading: nothing left to say
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - the interpreter flushes it at exit
        return 141
    except KeyboardInterrupt:
        print("\nStopped. What was finished is kept; run the same command again to go on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
