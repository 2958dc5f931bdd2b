"""`python -m apilint`, and what the command `apilint` starts."""

import gc
import os
import sys

# `python -m` puts the current folder first, and with it every module that a stranger's tree holds.
if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]


def start() -> None:
    """Run the command line as a process of its own, and end with its exit status; an interrupt is 130.

    The process ends at once: to take apart the tree of a large document, object by object, would cost
    a quarter of the run. For the same reason nothing looks for garbage, of which a run makes hardly any.
    """
    gc.disable()
    try:
        from apilint.cli import main

        status = main()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except KeyboardInterrupt:
        status = 130
    except (OSError, ValueError):
        status = 3
    os._exit(status)


if __name__ == "__main__":
    start()
