"""`python -m apilint`, and what the command `apilint` starts."""

import sys

# `python -m` puts the current folder first, and with it every module that a stranger's tree holds.
if __name__ == "__main__" and not sys.flags.safe_path:
    del sys.path[0]


def start() -> int:
    """Run the command line and give its exit status; an interrupt while modules load is 130 like any other."""
    try:
        from apilint.cli import main

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(start())
