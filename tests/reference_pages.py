"""The reference pages that are made from the code: ``python -m tests.reference_pages`` writes them, a test compares.

Settings, event types, the command line, the law on vouchers, the JSON Schema of a programme.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import msgspec

from goodword import cli
from goodword.config import env
from goodword.engine.events import RANKS, TYPES
from goodword.engine.programme import json_schema
from goodword.money import to_major
from goodword.vouchers.law import Policy, all_policies, wording

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
MADE = "<!-- Made from the code by python -m tests.reference_pages; do not edit. -->"

# What each type from outside tells.
MEANING = {
    "contact.saved": "A person or company is new or has changed; only the keys it brings change. `referred_by` refers.",
    "contact.merged": "`from` and `into` are one; all that `from` owns moves to `into`.",
    "appointment.booked": "An appointment and how it was made.",
    "product.reserved": "A product was put aside.",
    "job.saved": "A job is new or has moved on; reaching a later status implies the earlier ones.",
    "survey.answered": "A score from 1 to 5, of a job or of the contact's newest one.",
    "ticket.closed": "A sale: receipt or invoice.",
    "ticket.adjusted": "The same ticket with new lines; the whole ticket is brought again.",
    "ticket.voided": "The sale did not happen; only `external_id` is needed.",
}
# What each setting of a business does, and how to write it.
SETTINGS = {
    "points_hold": ("duration", "How long points wait after they were earned until they can be used."),
    "household": ("review, refuse or allow", "What becomes of a referral between people of one address."),
    "score_threshold": ("1 to 5", "From which survey score on a customer is asked to refer."),
    "ask_every": ("duration", "At most one invitation per contact in this time."),
    "reminders": ("list of durations", "When an invitation that brought nobody is recalled; an empty list is never."),
    "quiet_from": ("local time", "Nothing leaves from then ..."),
    "quiet_until": ("local time", "... until then, in the business's time zone."),
    "link_target": ("web address", "Where a referral link leads; empty: the landing page."),
    "public_leaderboard": ("yes or no", "Whether anybody may see who referred most."),
    "sender_name": ("text", "Who messages come from; empty: the business's name."),
    "languages": ("list of en, sv, ar", "In which languages customers are written to; others get the business's."),
    "thank_every": ("whole number", "A person is asked to thank for each so-many-th closed referral; 0 is never."),
    "thank_clubs": ("list of clubs", "A person is asked to thank for every closed referral of members of these clubs."),
    "voucher_prefix": (
        "capitals and digits",
        "How serials of vouchers begin; empty: made of the business's name.",
    ),
    "voucher_months": ("whole number", "How many months a voucher is valid where nobody says, within the law."),
    "voucher_reminders": (
        "list of durations",
        "How long before its last day a voucher is recalled; empty: never.",
    ),
    "voucher_vat": ("single or multi", "Which kind of voucher for value added tax a sold one is."),
    "voucher_breakage": (
        "yes or no",
        "Whether the report on liability estimates what of sold vouchers is never redeemed: a proposal, never booked.",
    ),
    "leaderboard_names": ("alias or initials", "How the public leaderboard names those who agreed to be on it."),
}


SETTINGS_OF_INSTALLATION = """\
Variables of the environment. One that cannot be meant is refused in a line that names it; an empty one counts as unset;
an unknown `GOODWORD_` variable is told when the server starts.
"""
SETTINGS_OF_BUSINESS = """\
Dated: a setting is in force from the moment it is made until the next one. Durations are written `24h`, `14d` or
`12 months` ([rulings](../rulings.md), 6).
"""
EVENTS_INTRODUCED = """\
Everything from outside is an event with the CloudEvents attributes `id`, `source`, `type`, `time` and `data`. The pair
(`source`, `id`) is unique in a business for ever: the same pair and content again changes nothing, other content is a
`conflict`. [The API](api.md) takes them one by one or a thousand at a time.
"""
CONTACTS_NAMED = """\
A contact is named by an external id of the same source, by our id, by `{source, external_id}`, by `{phone}` or by
`{email}`.
"""
COMMANDS_INTRODUCED = """\
After `make setup` or `make run` the command is `.venv/bin/goodword`. Exit codes: 0 done, 1 the answer is no, 2 wrong
use. Faults are one line on standard error.
"""

TABLES_INTRODUCED = """\
A table (CSV) of any size becomes events: encoding, delimiter, decimal mark, order of dates and the row of the header
are told from the file,
or said by you. Each row ends as an event or with [the reason](errors.md#why-a-row-of-a-table-was-not-taken) it is not
taken.

- **Encodings**: {encodings}. **Delimiters**: comma, semicolon, tab, bar. Quoted cells may hold line breaks.
- **Money** is written like `1,234.50`, `1.234,50 kr`, `$5`, `(12.00)` or `12-`; another currency than the books' is
  refused. More decimals than the currency has are refused, except in taxes: those of a line are added and rounded once,
  half up.
- **Dates** that begin with the year or name the month are read as they are; others in the file's order. A day alone is
  its beginning by the wall of the business, a time without a zone is local. `0000-00-00` and a stroke are no date.
- **Customers** are named by an id of the file's own, else by phone, e-mail or name. A file without ids gets made ones.
- A mapping says which column each field stands in; `=value` instead of a column is that value in every row. Words that
  a column uses (statuses, kinds of lines, “walk-in”) can be said with it.

Fields in bold are needed. The headers below are guessed without a mapping; capitals, accents and signs do not matter.
"""

VOUCHER_LAW_INTRODUCED = """\
What Goodword knows of the law on gift vouchers. **It is not legal advice**: rules change, exemptions apply, and what is
only *assumed* was checked by nobody. Ask a lawyer of your country, and tell us what is wrong.

- The place is that of the location that sells, else of the business. A region's own rule goes before its country's.
- The entry in force on the day of the sale counts, and the voucher keeps its name for ever.
- A shorter life than the law wants is refused (`expiry_too_short`). A longer one, or none at all, is always allowed.
  Where nobody chooses it is 12 months, or what the law wants if that is more.
- Where a sold voucher must not expire, nothing ever lapses.
- What is paid out in cash on request goes by the day of asking, whenever the voucher was sold.
- Breakage is a proposal for your accountant. It is never proposed where unredeemed value falls to the state, and where
  that is to be asked only after somebody has confirmed whose it is.

The list is kept in `goodword/vouchers/law/policies.yaml`. When a law changes, its entry is ended and a new one begins.
"""
UNCLAIMED = {"issuer": "the business's", "ask": "to be asked: perhaps the state's", "state": "the state's"}


def pages() -> dict[Path, str]:
    """Return every page that is made, by its path."""
    return {
        FOLDER / "settings.md": settings_page(),
        FOLDER / "events.md": events_page(),
        FOLDER / "commands.md": commands_page(),
        FOLDER / "tables.md": tables_page(),
        FOLDER / "voucher-law.md": voucher_law_page(),
        FOLDER / "programme.schema.json": json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n",
    }


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Return a Markdown table; a bar inside a cell is escaped."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in cells)]


def settings_page() -> str:
    """Return the page of the installation's and the business's settings."""
    from goodword.business.reading import DEFAULTS

    install = [(f"`{s.name}`", s.type, s.default, s.help) for s in env.SETTINGS]
    business = [
        (f"`{key}`", SETTINGS[key][0], f"`{json.dumps(default)}`", SETTINGS[key][1])
        for key, default in DEFAULTS.items()
    ]
    return "\n".join(
        [
            "# Settings", MADE, "", "## Of an installation", "",
            SETTINGS_OF_INSTALLATION,
            *table(("variable", "kind", "default", "what it is for"), install), "",
            "## Of a business", "",
            SETTINGS_OF_BUSINESS,
            *table(("setting", "kind", "default", "what it does"), business), "",
        ]
    )  # fmt: skip


def events_page() -> str:
    """Return the page of event types: from outside, commands, the clock."""
    from goodword.flow import clock_events, commands

    outside = []
    for kind, (key, value) in TYPES.items():
        keys = ", ".join(field_of(field) for field in msgspec.structs.fields(value))
        outside.append((f"`{kind}`", f"`{key}`: {keys}" if key else keys, MEANING[kind]))
    ours = []
    for kind, act in commands.COMMANDS.items():
        shape, told = documented(kind, act.__doc__ or "")
        ours.append((f"`{kind}`", shape, told))
    clock = [(f"`{kind}`", said) for kind, said in clock_events.TYPES.items()]
    ranks = ", ".join(RANKS)
    return "\n".join(
        [
            "# Event types", MADE, "",
            EVENTS_INTRODUCED,
            "## From outside", "", "Bold keys are required. Money is whole smallest units.", "",
            *table(("type", "data", "tells"), outside), "",
            f"Events of one instant settle in the order {ranks}.", "",
            CONTACTS_NAMED,
            "## Commands", "",
            "What people do in Goodword is an event of source `goodword`; nobody outside can send one.", "",
            *table(("type", "data", "does"), ours), "",
            "## The clock", "", *table(("type", "tells"), clock), "",
        ]
    )  # fmt: skip


def field_of(field: Any) -> str:
    """Return a field's name, bold when it is required, with the words it takes."""
    name = f"**`{field.encode_name}`**" if field.required else f"`{field.encode_name}`"
    words = [word for part in (field.type, *get_args(field.type)) for word in get_args(part) if isinstance(word, str)]
    return f"{name} ({', '.join(dict.fromkeys(words))})" if words else name


def documented(kind: str, text: str) -> tuple[str, str]:
    """Read ````type {keys}``: what it does (R1).`` from a command's docstring."""
    first = " ".join(text.split("\n\n")[0].split())
    found = re.match(r"``" + re.escape(kind) + r"\s*(\{[^`]*\})?``: (.*)", first)
    assert found, f"the docstring of {kind} begins with ``{kind} {{keys}}``: what it does"
    told = re.sub(r"\s*\((?:R\d|rulings|domain)[^)]*\)", "", found[2]).replace("``", "`")
    return f"`{found[1]}`" if found[1] else "", told[:1].upper() + told[1:]


def commands_page() -> str:
    """Return the page of the command line."""
    lines = ["# The command line", MADE, "", COMMANDS_INTRODUCED]
    for name, command in cli.COMMANDS.items():
        lines += [f"## goodword {name}", "", command.help, ""]
        if command.raw:
            continue
        parser = cli.parser_of(name, import_module(command.module))  # type: ignore[arg-type]  # a module that keeps the protocol
        rows = [(usage_of(action), action.help or "") for action in parser._actions if action.dest != "help"]
        if rows:
            lines += [*table(("argument", "meaning"), rows), ""]
    return "\n".join(lines)


def tables_page() -> str:
    """Return the page of tables: kinds with their fields, and the systems whose exports are known."""
    from goodword.inbox.tables.forms import ENCODINGS
    from goodword.inbox.tables.kinds import KINDS
    from goodword.inbox.tables.presets import PRESETS

    lines = ["# Tables", MADE, "", TABLES_INTRODUCED.format(encodings=", ".join(ENCODINGS))]
    for name, kind in KINDS.items():
        module = import_module(f"goodword.inbox.tables.kinds.{name}")
        said = (module.__doc__ or "").split(": ", 1)[1].strip().replace("``", "`")
        lines += [f"## {name}", "", said[:1].upper() + said[1:], ""]
        rows = []
        for field in kind.fields:
            choices = f": {', '.join(field.choices)}" if field.choices else ""
            shown = f"**`{field.name}`**" if field.required else f"`{field.name}`"
            rows.append((shown, field.sort + choices, ", ".join(dict.fromkeys(field.synonyms))))
        lines += [*table(("field", "holds", "headers that mean it"), rows), ""]
        needed = [" or ".join(f"`{field}`" for field in group) for group in kind.one_of]
        lines += [f"One of {group} is needed." for group in needed] + [""]
    lines += ["## Systems whose exports are known", ""]
    for name, preset in PRESETS.items():
        said = (import_module(f"goodword.inbox.tables.exports.{name}").__doc__ or "").strip().replace("``", "`")
        lines += [f"### {preset.title}", "", said, ""]
    return "\n".join(lines)


def voucher_law_page() -> str:
    """Return the page of what is known of the law on vouchers, place by place."""
    named = [(place_of(policy), policy) for policy in all_policies()]
    named.sort(key=lambda pair: (pair[1].country == "*", pair[0], pair[1].kinds, pair[1].valid_from))
    rows = [
        (
            name,
            policy.kinds[0],
            period(policy),
            wording.rule(policy, "en").split(": ", 1)[-1],
            cash_of(policy),
            policy.status,
        )
        for name, policy in named
    ]
    lines = ["# The law on vouchers", MADE, "", VOUCHER_LAW_INTRODUCED, "## In short", ""]
    lines += [
        *table(("place", "kind", "since", "life", "cash on request", "standing"), rows),
        "",
        "## Entry by entry",
        "",
    ]
    for name, policy in named:
        told = {
            "place": f"{name}; {' and '.join(policy.kinds)} vouchers from {period(policy)}",
            "life": wording.rule(policy, "en"),
            "cash on request": cash_of(policy),
            "fees": "only as the note says" if policy.fees_allowed else "none",
            "what is never redeemed": UNCLAIMED[policy.unclaimed],
            "exempt": policy.exemptions,
            "note": policy.note,
            "source": f"[{policy.source}]({policy.url})" if policy.url else policy.source,
            "standing": wording.standing(policy, "en"),
        }
        lines += [f"### {policy.id}", "", *(f"- {key}: {said}" for key, said in told.items() if said), ""]
    return "\n".join(lines)


def place_of(policy: Policy) -> str:
    """Return the place of a policy, a region with its country."""
    name = wording.place(policy, "en") or "anywhere else"
    return f"{policy.country}, {name}" if policy.region else name


def period(policy: Policy) -> str:
    """Return the days of sale that a policy is for."""
    return f"{policy.valid_from}" + (f" to {policy.valid_to}" if policy.valid_to else "")


def cash_of(policy: Policy) -> str:
    """Return each threshold with its day."""
    return "; ".join(f"below {to_major(t.below, t.currency)} {t.currency} from {t.valid_from}" for t in policy.cash_out)


def usage_of(action: argparse.Action) -> str:
    """Return an argument as it is typed; an optional one that takes a value names it."""
    name = action.option_strings[-1] if action.option_strings else str(action.metavar or action.dest)
    if not action.option_strings or action.nargs == 0:
        required = action.required and bool(action.option_strings)
        return f"`{name}`" + (" (required)" if required else "")
    value = "|".join(map(str, action.choices)) if action.choices else str(action.metavar or action.dest.upper())
    return f"`{name} {value}`" + (" (required)" if action.required else "")


def main() -> int:
    """Write every page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goodword.config.settings")
    import django

    django.setup()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
