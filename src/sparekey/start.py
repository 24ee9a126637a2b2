"""The command, from its first instruction."""

from __future__ import annotations

import gc


def main() -> None:
    """The console script: see `cli.main`."""
    # One run, one process: what is read is kept to the end, and looking for cycles in it costs a third of a large run, and a tenth of
    # loading the program, which therefore comes after.
    gc.disable()
    from sparekey.cli import main as command  # noqa: PLC0415 - as above

    command()
