"""``python -m suite COMMAND …``: dispatches to the four commands and turns failures into one clear sentence."""

import errno
import importlib
import os
import signal
import sys

from suite.console import Failure, report_failure

#: what the machine may refuse, and what to do about it
MENDABLE = {
    errno.ENOSPC: "Free some space, or set CRM_STATE and CRM_CACHE to folders on a larger disk.",
    errno.EDQUOT: "Free some space, or set CRM_STATE and CRM_CACHE to folders on a larger disk.",
    errno.ENOTDIR: "Set CRM_STATE and CRM_CACHE to folders that can be written to.",
    errno.EROFS: "Set CRM_STATE and CRM_CACHE to folders that can be written to.",
    errno.EACCES: "Run this as the owner of that folder, or set CRM_STATE and CRM_CACHE to folders of your own.",
    errno.EPERM: "Run this as the owner of that folder, or set CRM_STATE and CRM_CACHE to folders of your own.",
}
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
    except OSError as error:
        if error.errno not in MENDABLE:
            raise
        report_failure(Failure(f"{error.filename or 'A file'} could not be written: {error.strerror}.", MENDABLE[error.errno]))
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What was finished is kept; run the same command again to go on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
