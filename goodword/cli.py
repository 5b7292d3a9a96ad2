"""``goodword …``: the one entry a person types. Exit codes: 0 done, 1 the answer is no, 2 wrong use."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import NoReturn, Protocol, cast

from goodword import __version__
from goodword.errors import Invalid, NotFound, Refused

DONE, NO, WRONG_USE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command lives and what it does, in one line.

    ``django``: it needs settings and models. ``raw``: its arguments are handed on unread.
    """

    module: str
    help: str
    django: bool = True
    raw: bool = False


COMMANDS: dict[str, Command] = {
    "init": Command("goodword.worker.commands.init", "Set the database up and open a business."),
    "serve": Command("goodword.worker.commands.serve", "Serve the web and, unless told not to, work the queues."),
    "work": Command("goodword.worker.commands.work", "Settle events, send messages, keep the clock."),
    "keys": Command("goodword.worker.commands.keys", "Make, list or revoke a business's API keys."),
    "password reset": Command(
        "goodword.worker.commands.password_reset", "Print a one-time link to a new password for somebody."
    ),
    "settings show": Command("goodword.worker.commands.settings_show", "Print a business's settings in force."),
    "settings set": Command("goodword.worker.commands.settings_set", "Put a setting of a business in force."),
    "programme check": Command(
        "goodword.worker.commands.programme_check", "Say whether a programme is valid, or every fault.", django=False
    ),
    "programme explain": Command(
        "goodword.worker.commands.programme_explain", "Tell a programme's terms in plain words.", django=False
    ),
    "programme publish": Command(
        "goodword.worker.commands.programme_publish", "Put a programme in force as its next revision."
    ),
    "backtest": Command("goodword.worker.commands.backtest", "Say what a programme would have given.", django=False),
    "events import": Command("goodword.worker.commands.events_import", "Bring in a history of events, resumable."),
    "import": Command(
        "goodword.worker.commands.import_", "Bring in a table: customers, jobs, receipts, balances, vouchers."
    ),
    "import list": Command("goodword.worker.commands.import_list", "List the tables that were brought in."),
    "import undo": Command("goodword.worker.commands.import_undo", "Take back all that a table brought."),
    "books check": Command("goodword.worker.commands.books_check", "Prove the ledger; exit 1 when it does not hold."),
    "vouchers list": Command("goodword.worker.commands.vouchers_list", "List vouchers without their codes."),
    "vouchers missing-serials": Command(
        "goodword.worker.commands.vouchers_missing_serials", "List serials below the highest that nobody recorded."
    ),
    "backup make": Command("goodword.worker.commands.backup_make", "Put this whole installation into one file."),
    "backup check": Command("goodword.worker.commands.backup_check", "Say whether a backup is whole."),
    "backup restore": Command(
        "goodword.worker.commands.backup_restore", "Bring a backup back into an empty installation."
    ),
    "export": Command("goodword.worker.commands.export", "Put the whole data of one business into open files."),
    "export check": Command("goodword.worker.commands.export_check", "Say whether an export is whole."),
    "export restore": Command(
        "goodword.worker.commands.export_restore", "Bring an exported business into an empty installation."
    ),
    "demo load": Command("goodword.worker.commands.demo_load", "Load the demo business, unless it is there."),
    "demo remove": Command("goodword.worker.commands.demo_remove", "Remove the demo business, its books too."),
    "doctor": Command("goodword.worker.commands.doctor", "Say what is wrong here and how to mend it."),
    "django": Command("goodword.worker.commands.django", "Hand the rest to Django's own commands.", raw=True),
}


class CommandModule(Protocol):
    """What a module under worker/commands offers."""

    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and one line on standard error."""
        self.exit(WRONG_USE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every fault is one line on standard error."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(arguments)
    except Refused as refused:
        return _say(refused.detail, WRONG_USE if isinstance(refused, Invalid | NotFound) else NO)
    except KeyboardInterrupt:
        return _say("stopped", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on: say no more, quietly
        return NO
    except OSError as fault:
        named = f"{fault.filename}: " if fault.filename else ""
        return _say(f"{named}{fault.strerror or fault}", WRONG_USE if fault.filename else NO)
    except Exception as fault:  # noqa: BLE001 - the last edge: a person gets a line, never a traceback
        return _unforeseen(fault)


def _run(arguments: list[str]) -> int:
    if arguments in ([], ["--help"], ["-h"], ["help"]):
        print(overview())
        return DONE if arguments else WRONG_USE
    if arguments == ["--version"]:
        print(f"goodword {__version__}")
        return DONE
    name, rest = _command_of(arguments)
    command = COMMANDS[name]
    if command.django:
        _set_up_django()
    module = cast(CommandModule, import_module(command.module))
    if command.raw:
        return module.run(argparse.Namespace(arguments=rest))
    return module.run(parser_of(name, module).parse_args(rest))


def _command_of(arguments: list[str]) -> tuple[str, list[str]]:
    for words in (2, 1):  # “export check” before “export”
        name = " ".join(arguments[:words])
        if name in COMMANDS:
            return name, arguments[words:]
    group = [name for name in COMMANDS if name.startswith(f"{arguments[0]} ")]
    if group:
        raise Invalid("unknown_command", f"say which one: {', '.join(f'goodword {name}' for name in group)}")
    raise Invalid("unknown_command", f"there is no command “{arguments[0]}”; goodword --help lists them")


def parser_of(name: str, module: CommandModule) -> argparse.ArgumentParser:
    """Return the parser of one command; the documentation's help texts are made from it."""
    parser = Parser(prog=f"goodword {name}", description=COMMANDS[name].help, allow_abbrev=False)
    module.add_arguments(parser)
    return parser


def overview() -> str:
    """Return the list of commands as ``goodword --help`` prints it."""
    width = max(len(name) for name in COMMANDS) + 2
    lines = [f"  {name:<{width}}{command.help}" for name, command in COMMANDS.items()]
    return "\n".join(["usage: goodword COMMAND …   (goodword COMMAND --help tells more)", "", *lines])


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goodword.config.settings")
    import django

    django.setup()


def _unforeseen(fault: Exception) -> int:
    if os.environ.get("GOODWORD_DEBUG", "").lower() in {"1", "true", "yes", "on"}:
        traceback.print_exc()
    first = (str(fault).strip().splitlines() or [""])[0]
    if type(fault).__module__.startswith(("django.db", "psycopg")):
        return _say(f"the database says: {first} (goodword doctor tells how to mend it)", NO)
    if type(fault).__name__ == "ImproperlyConfigured":
        return _say(f"the settings do not hold: {first}", WRONG_USE)
    return _say(f"fault in goodword: {type(fault).__name__}: {first} (GOODWORD_DEBUG=1 shows where)", NO)


def _say(line: str, code: int) -> int:
    print(f"goodword: {' '.join(line.split())}", file=sys.stderr)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
