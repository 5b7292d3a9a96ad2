"""The command line: exit codes 0, 1 and 2, faults in one line, never a traceback."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

import pytest

from goodword import cli
from goodword.errors import Conflict, Invalid, NotFound, Refused

PROGRAMME = """\
format: 1
name: Bring a friend
currency: USD
rules:
  - id: thanks
    when: referral.paid
    to: referrer
    give: service_credit
    amount: 25.00
"""


def command(monkeypatch: pytest.MonkeyPatch, raised: BaseException | None) -> None:
    """Let ``goodword doctor`` raise ``raised``, or be done."""

    class Module:
        @staticmethod
        def add_arguments(parser: argparse.ArgumentParser) -> None:
            parser.add_argument("--deep", action="store_true")

        @staticmethod
        def run(args: argparse.Namespace) -> int:
            if raised is not None:
                raise raised
            return 0

    monkeypatch.setattr(cli, "import_module", lambda name: Module)


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_its_module_its_help_and_runs_only_what_it_lists(name: str) -> None:
    module = import_module(cli.COMMANDS[name].module)
    assert callable(module.run)
    assert cli.COMMANDS[name].help.endswith(".")
    parser = cli.parser_of(name, module)
    assert parser.prog == f"goodword {name}"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown for name in cli.COMMANDS)
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("goodword ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], "goodword: there is no command “nope”; goodword --help lists them\n"),
        (["books"], "goodword: say which one: goodword books check\n"),
        (["programme", "nope", "x.yaml"], "goodword programme explain, goodword programme publish\n"),
    ],
)
def test_an_unknown_command_is_wrong_use(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith(said)
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["programme", "check"], ["programme", "check", "a", "b"], ["doctor", "--dep"]])
def test_wrong_arguments_end_with_2_and_one_line(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if arguments[0] == "doctor":
        command(monkeypatch, None)
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"goodword {' '.join(arguments[:1])}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (None, 0, ""),
        (Refused("too_late", "the month is closed"), 1, "goodword: the month is closed\n"),
        (Conflict("conflict", "used before"), 1, "goodword: used before\n"),
        (Invalid("bad", "write it\nlike this"), 2, "goodword: write it like this\n"),
        (NotFound("business_not_found", "there is no business “x”"), 2, "goodword: there is no business “x”\n"),
        (FileNotFoundError(2, "No such file", "x.jsonl"), 2, "goodword: x.jsonl: No such file\n"),
        (ConnectionRefusedError(111, "Connection refused"), 1, "goodword: Connection refused\n"),
        (KeyboardInterrupt(), 130, "goodword: stopped\n"),
        (ZeroDivisionError("division\nby zero"), 1,
         "goodword: fault in goodword: ZeroDivisionError: division (GOODWORD_DEBUG=1 shows where)\n"),
    ],
)  # fmt: skip
def test_every_end_of_a_command_has_its_exit_code_and_one_line(
    raised: BaseException | None,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("GOODWORD_DEBUG", raising=False)
    command(monkeypatch, raised)
    assert cli.main(["doctor"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err == said


def test_debug_shows_where_a_fault_was(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("GOODWORD_DEBUG", "1")
    command(monkeypatch, ZeroDivisionError("division by zero"))
    assert cli.main(["doctor"]) == 1
    assert "Traceback" in capsys.readouterr().err


# --- goodword programme check | explain -----------------------------------------------------------------------------


def test_a_valid_programme_is_said_to_be_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "friend.yaml"
    file.write_text(PROGRAMME)
    assert cli.main(["programme", "check", str(file)]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[-1] == f"{file}: valid: Bring a friend, 1 rule"
    assert err == ""


def test_every_fault_of_a_programme_is_told_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "friend.yaml"
    file.write_text(PROGRAMME.replace("25.00", "many").replace("to: referrer", "to: nobody"))
    assert cli.main(["programme", "check", str(file)]) == 1
    out, err = capsys.readouterr()
    assert [line.removeprefix(f"{file}: ").split(":")[0] for line in out.splitlines()] == ["line 7", "line 9"]
    assert err == f"{file}: 2 faults\n"


@pytest.mark.django_db
def test_a_programme_in_another_currency_than_the_business_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from goodword.business.models import Business

    for slug, currency in [("fern", "USD"), ("klippan", "SEK")]:
        Business.objects.create(public_id=f"biz_{slug}", slug=slug, name=slug, currency=currency, timezone="UTC",
                                country="US")  # fmt: skip
    file = tmp_path / "friend.yaml"
    file.write_text(PROGRAMME)
    for verb in ("check", "explain"):
        assert cli.main(["programme", verb, str(file), "--business", "fern"]) == 0
        assert cli.main(["programme", verb, str(file), "--business", "nobody"]) == 2
        capsys.readouterr()
        assert cli.main(["programme", verb, str(file), "--business", "klippan"]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err == "goodword: klippan counts in SEK; the programme says currency: USD\n"


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"x" * 300_000])
def test_a_file_that_is_no_programme_is_wrong_use(
    raw: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(raw)
    for arguments in (["programme", "check", str(file)], ["programme", "explain", str(file)]):
        assert cli.main(arguments) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"goodword: {file}: ")
        assert err.count("\n") == 1


@pytest.mark.parametrize(("language", "amount"), [("en", "$25"), ("sv", "25,00"), ("ar", "25.00")])
def test_a_programme_is_explained_in_plain_words(
    language: str, amount: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "friend.yaml"
    file.write_text(PROGRAMME)
    assert cli.main(["programme", "explain", str(file), "--lang", language]) == 0
    out, err = capsys.readouterr()
    assert "Bring a friend" in out
    assert amount in out
    assert err == ""


def test_an_invalid_programme_is_not_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "friend.yaml"
    file.write_text(PROGRAMME.replace("25.00", "many"))
    assert cli.main(["programme", "explain", str(file)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "line 9" in err
