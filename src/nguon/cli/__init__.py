"""The `nguon` command: everything an administrator or a script needs.

Exit codes: 0 all well; 1 something was refused or not found; 2 wrong usage or a file that cannot
be read; 3 the database is not available. Reports go to standard output, progress and complaints
to standard error.
"""

from __future__ import annotations

import click

from nguon import __version__
from nguon.cli.capture import capture
from nguon.cli.check import check
from nguon.cli.database import db, migrate
from nguon.cli.keys import keys
from nguon.cli.ledger import ledger
from nguon.cli.people import people
from nguon.cli.register import register
from nguon.cli.rehearse import rehearse
from nguon.cli.serving import demo, serve
from nguon.cli.streaming import stream
from nguon.cli.subscriptions import subscriptions
from nguon.cli.trace import trace
from nguon.cli.verify import verify
from nguon.cli.working import worker


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="nguon")
def main() -> None:
    """Nguồn: where a product came from, by EPCIS 2.0 and GS1 Digital Link."""


_COMMANDS = (
    *(demo, serve, worker, stream, migrate, capture, check, trace, verify),
    *(keys, ledger, people, register, subscriptions, rehearse, db),
)
for command in _COMMANDS:
    main.add_command(command)

__all__ = ["main"]
