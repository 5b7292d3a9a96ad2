"""The other process of ``books check --redecide``: ``python -m goodword.worker.deciding FOLDER``.

Its environment names an empty installation. It brings the tables in, decides the history in the folder again and writes
what was decided and what everybody holds beside it; how far it is, a line now and then on standard output.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

EVERY = 500  # events between two lines


def main(folder: Path) -> None:
    """Decide the history in ``folder`` again."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "goodword.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from goodword.flow.deciding_again import decide_again
    from goodword.worker import redeciding

    call_command("migrate", verbosity=0, interactive=False)
    told = 0

    def tell(_what: str, done: int) -> None:
        nonlocal told
        if done - told >= EVERY:
            told = done
            print(done, flush=True)  # noqa: T201 - read by the process that waits

    business = decide_again(folder, tell=tell)
    redeciding.write_outcome(business, folder, name=redeciding.AGAIN)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
