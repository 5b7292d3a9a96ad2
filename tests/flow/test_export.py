"""An export brought in is the same business: its rows, its books at every instant, what it decides next; or nothing."""

from __future__ import annotations

import csv
import errno
import io
import json
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodword import cli
from goodword.business import keys, pictures
from goodword.business.models import ApiKey, Business, Membership, User
from goodword.errors import Conflict, Invalid, Refused
from goodword.flow import archive, bringing_in, export_archive, exporting
from goodword.flow.bringing_in import bring_in, check
from goodword.flow.demo import remove_demo
from goodword.flow.publish import publish
from goodword.flow.record import record
from goodword.flow.saving_designs import save_design
from goodword.flow.settle import settle
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.ledger import checking
from goodword.ledger.opening import book_of
from goodword.ledger.reading import balances
from goodword.ledger.trial import trial_balance
from goodword.people.models import Contact, WalletOwner
from goodword.vouchers.models import Design
from tests.flow.test_backup import HISTORY, lines, vendors
from tests.flow.test_live_is_backtest import a_business
from tests.histories import PROGRAMMES, histories
from tests.installations import goodword, installation
from tests.web.town import PROGRAMME, Town, lived_in

NOW = datetime(2026, 11, 20, tzinfo=UTC)
WITH_POINTS = PROGRAMME + "  - {id: points, when: ticket.closed, to: customer, give: points, amount: {per_unit: 2}}\n"
LINE = {"kind": "service", "description": "=HYPERLINK(1)", "unit_price": 12345, "tax": 100}
SALE = ("ticket.closed", {"ticket": {"external_id": "t1", "contact": "ann", "lines": [LINE]}})
OTHERS = [
    ("contact.saved", {"contact": {"external_id": "zed", "name": "Zedekiah Beside", "phone": "+13035550777"}}),
    ("job.saved", {"job": {"external_id": "jz", "contact": "zed", "status": "paid", "total": 777}}),
]


def opened(name: str, *, environment: dict[str, str]) -> None:
    told = ("--name", name, "--currency", "USD", "--timezone", "America/Denver", "--country", "US")
    goodword("init", *told, environment=environment)


def told(folder: Path, slug: str, kinds: list[tuple[str, dict[str, Any]]], *, day: int, environment: Any) -> None:
    (folder / "told.jsonl").write_text(lines(kinds, day=day), encoding="utf-8")
    goodword("events", "import", str(folder / "told.jsonl"), "--business", slug, environment=environment)


def lived(folder: Path, environment: dict[str, str]) -> None:
    """Open Fern with a programme of credit and points, and a history; Ink stands beside with its own."""
    for name, kinds in (("Ink and Steel", OTHERS), ("Fern", [*HISTORY, SALE])):
        slug = name.lower().replace(" ", "-")
        opened(name, environment=environment)
        if kinds is not OTHERS:
            (folder / "p.yaml").write_text(WITH_POINTS, encoding="utf-8")
            goodword("programme", "publish", str(folder / "p.yaml"), "--business", slug, environment=environment)
        told(folder, slug, kinds, day=2, environment=environment)


def ten_more(code: str) -> list[tuple[str, dict[str, Any]]]:
    """Ten events after the move: a friend comes by the old code, work, a sale paid with points, a void."""
    return [
        ("contact.saved", {"contact": {"external_id": "cy", "name": "Cy", "referred_by": {"code": code}}}),
        ("job.saved", {"job": {"external_id": "j9", "contact": "cy", "status": "booked", "total": 9000}}),
        ("job.saved", {"job": {"external_id": "j9", "contact": "cy", "status": "paid", "total": 9000}}),
        ("survey.answered", {"survey": {"job": "j9", "contact": "cy", "score": 5}}),
        ("ticket.closed", {"ticket": {"external_id": "t2", "contact": "ann", "lines": [LINE],
                                      "tenders": [{"type": "points", "amount": 100}]}}),
        ("ticket.closed", {"ticket": {"external_id": "t3", "contact": "bob", "lines": [LINE]}}),
        ("ticket.adjusted", {"ticket": {"external_id": "t3", "contact": "bob", "lines": [LINE | {"unit_price": 99}]}}),
        ("ticket.voided", {"ticket": {"external_id": "t1"}}),
        ("job.saved", {"job": {"external_id": "j2", "contact": "bob", "status": "cancelled"}}),
        ("contact.merged", {"from": "cy", "into": "ann"}),
    ]  # fmt: skip


def member(file: Path, name: str) -> str:
    with zipfile.ZipFile(file) as bundle:
        return bundle.read(name).decode("utf-8-sig")


def sheet(file: Path, name: str, *columns: str) -> list[tuple[str, ...]]:
    """Return those columns of a CSV file, sorted."""
    rows = csv.DictReader(io.StringIO(member(file, name)))
    return sorted(tuple(row[column] for column in columns) for row in rows)


def decided(file: Path) -> list[Any]:
    """Return what was decided, without what two installations draw by lot or number each for itself."""
    columns = next(t["columns"] for t in json.loads(member(file, "manifest.json"))["tables"] if "Decision" in t["name"])
    rows = [
        dict(zip(columns, json.loads(line), strict=True))
        for line in member(file, "jsonl/inbox.Decision.jsonl").splitlines()
    ]
    return [[row[name] for name in ("kind", "programme", "revision", "rule", "codes")] for row in rows]


def test_an_export_brought_in_is_equal_and_decides_what_the_old_one_decides(
    database_vendor: str, tmp_path: Path
) -> None:
    for source, target in [way for way in vendors(database_vendor) if way != ("postgresql", "postgresql")]:
        old, new = tmp_path / f"{source}-{target}-old", tmp_path / f"{source}-{target}-new"
        old.mkdir()
        file, again = tmp_path / f"{source}-{target}.zip", tmp_path / f"{source}-{target}-again.zip"
        with installation(source, old) as there, installation(target, new) as here:
            lived(old, there)
            goodword("export", "--business", "fern", str(file), environment=there)
            assert file.stat().st_mode & 0o777 == 0o600
            command = ("export", "restore", str(file), "--owner-email", "New@owner.example", "--json")
            answer = json.loads(goodword(*command, environment=here))
            assert (answer["business"], answer["owner_email"]) == ("fern", "new@owner.example")
            assert (len(answer["owner_password"]) >= 20, answer["sources"]) == (True, ["import"])
            assert answer["instants_compared"] >= 3
            assert "begin with another" in goodword(*command, environment=here, code=1)
            goodword("export", str(again), environment=here)
            # One event more: that it was brought in; and when it was, the latest instant of settling.
            assert unequal(file, again) == {"business.Business", "inbox.Event"}
            code = dict(sheet(file, "csv/customers.csv", "name", "referral_code"))["Ann Berg ☂ عمر"]
            for folder, environment in ((old, there), (new, here)):
                told(folder, "fern", ten_more(code), day=9, environment=environment)
            assert goodword("books", "check", environment=here) == "the books hold\n"
            after = [tmp_path / f"{source}-{target}-{side}.zip" for side in ("there", "here")]
            goodword("export", "--business", "fern", str(after[0]), environment=there)
            goodword("export", str(after[1]), environment=here)
            assert len(decided(after[0])) > len(decided(file)) + 10
            assert decided(after[0]) == decided(after[1])
            for name in ("books/trial_balance.csv", "books/liability.csv"):
                assert member(after[0], name) == member(after[1], name) != member(file, name)
            heads = next(csv.reader(io.StringIO(member(after[0], "csv/balances.csv"))))[1:]
            assert sheet(after[0], "csv/balances.csv", *heads) == sheet(after[1], "csv/balances.csv", *heads) != []
            given = ("customer_name", "rule", "kind", "amount", "taken_back", "status", "earned_at", "expires_at")
            assert sheet(after[0], "csv/rewards.csv", *given) == sheet(after[1], "csv/rewards.csv", *given)
            assert opens(code, here) == "200\n"


def opens(code: str, environment: dict[str, str]) -> str:
    """Ask for a referral link's page and return its status."""
    asked = f"from django.test import Client; print(Client(HTTP_HOST='localhost').get('/r/{code}').status_code)"
    return goodword("django", "shell", "--no-imports", "-c", asked, environment=environment)


def unequal(one: Path, other: Path) -> set[str]:
    """Return the tables that two exports do not hold alike, by rows and the SHA-256 of every line."""
    first, second = ({t["name"]: t for t in json.loads(member(f, "manifest.json"))["tables"]} for f in (one, other))
    assert first.keys() == second.keys()
    return {name for name in first if first[name] != second[name]}


# --- in one process: what is in the file ----------------------------------------------------------------------------


@pytest.fixture
def town(tmp_path: Path, settings: Any) -> Town:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    return lived_in()


def exported(town: Town, tmp_path: Path, name: str = "x.zip") -> Path:
    exporting.make(business=town.business, to=tmp_path / name, now=timezone.now())
    return tmp_path / name


def everything(file: Path) -> bytes:
    with zipfile.ZipFile(file) as bundle:
        return b"\n".join([*(name.encode() for name in bundle.namelist()), *map(bundle.read, bundle.namelist())])


@pytest.mark.django_db(transaction=True)
def test_no_secret_and_nothing_of_another_business_is_in_any_byte_of_it(town: Town, tmp_path: Path) -> None:
    beside = lived_in("Ink and Steel")
    beside.person("Zedekiah Beside", phone="+13035550777")
    key, secret = keys.make_key(
        business=town.business, name="till", source="till", scopes=["events:write"], now=town.now, entropy=b"x" * 32
    )
    filed = {"name": "b", "source": "b", "scopes": ["events:write"], "prefix": "gw_b", "digest": "f" * 64}
    actor = f"user:{town.owner.email}"
    submit(business=town.business, type="key.made", data=filed, actor=actor, now=town.now)
    invited = {"invitation": "inv_1", "email": "new@fern.example", "role": "office", "digest": "e" * 64}
    submit(business=town.business, type="member.invited", data=invited, actor=actor, now=town.now)
    town.owner.set_password("a good long password")
    town.owner.save()
    held = everything(exported(town, tmp_path))
    from django.conf import settings as configured

    for hidden in (key.digest, secret, "f" * 64, "e" * 64, town.owner.password, configured.SECRET_KEY):
        assert hidden.encode() not in held, hidden
    for model, way in export_archive.tables():
        if "public_id" in [field.name for field in model._meta.concrete_fields]:
            for public in model._base_manager.filter(**{way: beside.business.pk}).values_list("public_id", flat=True):
                assert public is None or public.encode() not in held, model
    for foreign in ("Ink and Steel", "ink-and-steel", "Zedekiah", "3035550777", beside.owner.email):
        assert foreign.encode() not in held
    for code in Contact.objects.filter(business=beside.business).values_list("code", flat=True):
        assert code.encode() not in held
    for mine in (town.business.public_id, town.contact("Ann").code, "Dee Nyström", town.owner.email):
        assert mine.encode() in held


@pytest.mark.django_db
def test_every_table_is_exported_or_stays_at_home_by_name_and_none_keeps_a_secret() -> None:
    exported = {archive.label(model) for model, _ in export_archive.tables()}
    at_home = {
        "business.User", "business.Membership", "business.Invitation", "business.ApiKey", "account.EmailAddress",
        "account.EmailConfirmation", "mfa.Authenticator",
    }  # fmt: skip
    assert {archive.label(model) for model in archive.tables()} - exported == at_home
    told = re.compile("digest|password|secret|token|hash")
    columns = {f"{archive.label(m)}.{f.name}" for m, _ in export_archive.tables() for f in m._meta.concrete_fields}
    # A digest of what was told, and the end of a link that a customer has in hand.
    assert {name for name in columns if told.search(name)} == {
        "inbox.Event.digest", "inbox.IdempotencyKey.digest", "work.Job.survey_token",
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_it_is_open_files_with_harmless_cells_and_a_line_for_each_in_the_readme(town: Town, tmp_path: Path) -> None:
    line = {"kind": "service", "description": "=HYPERLINK(1)", "unit_price": 12345, "tax": 100, "quantity": 2}
    town.tell("ticket.closed", {"ticket": {"external_id": "t1", "contact": "ann", "lines": [line]}})
    file = exported(town, tmp_path)
    sold = sheet(file, "csv/ticket_lines.csv", "description", "unit_price", "tax", "net", "currency")
    assert sold == [("'=HYPERLINK(1)", "123.45", "1.00", "246.90", "USD")]
    assert json.loads(member(file, "events.jsonl").splitlines()[-1])["data"]["ticket"]["lines"] == [line]
    (closed,) = {row[0] for row in sheet(file, "csv/tickets.csv", "closed_at")}
    assert closed.endswith("Z")
    assert datetime.fromisoformat(closed) == town.now
    (credit,) = [r for r in sheet(file, "csv/balances.csv", "name", "credit_redeemable", "currency") if "Ann" in r[0]]
    assert credit == ("Ann Berg", "35.00", "USD")
    raws = [json.loads(line) for line in member(file, "events.jsonl").splitlines()]
    again = record(business=town.business, source="crm", raws=raws, now=timezone.now())
    assert {each.status for each in again} == {"duplicate"}  # as POST /events takes them, to the digest
    assert len(again) == town.count
    readme, manifest = member(file, "README.txt"), json.loads(member(file, "manifest.json"))
    with zipfile.ZipFile(file) as bundle:
        assert set(bundle.namelist()) == {*manifest["parts"], "manifest.json"}
    for name in manifest["parts"]:
        assert name in readme or name.split("/")[0] + "/" in readme, name
    kinds = {json.loads(line)["type"] for line in member(file, "commands.jsonl").splitlines()}
    assert "programme.published" in kinds
    assert member(file, "programmes/neighbours.1.yaml").strip() == PROGRAMME.strip()


@pytest.mark.django_db(transaction=True)
def test_it_is_one_instant_while_others_write(town: Town, tmp_path: Path) -> None:
    import threading

    from django.db import connection

    wrote: list[int] = []

    def writes() -> None:
        town.person("Zoe Late", phone="+13035550100")
        wrote.append(Event.objects.count())
        connection.close()

    def tell(what: str, _done: int) -> None:
        if what == "jsonl/inbox.Event.jsonl" and not wrote:
            writer = threading.Thread(target=writes)
            writer.start()
            writer.join(timeout=15)
            assert wrote, "the export held the writer up"

    exporting.make(business=town.business, to=tmp_path / "x.zip", now=timezone.now(), tell=tell)
    assert wrote
    assert b"Zoe" not in everything(tmp_path / "x.zip")


# --- back again -----------------------------------------------------------------------------------------------------


def gone(business: Business) -> None:
    """Take a business away as a demo goes, so that the database is as empty as a new one."""
    Business.objects.filter(pk=business.pk).update(is_demo=True)
    remove_demo(business=Business.objects.get(pk=business.pk))


@pytest.mark.django_db(transaction=True)
def test_pictures_come_along_and_the_owner_is_the_only_one_in(town: Town, tmp_path: Path) -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (64, 64), (10, 90, 70)).save(out, "PNG")
    for which in ("logo", "photo"):
        name = pictures.keep(pictures.remade(out.getvalue(), which=which), folder=town.business.public_id, which=which)
        Business.objects.filter(pk=town.business.pk).update(**{which: name})
    town.business.refresh_from_db()
    wanted = {"name": "Spring", "layout": "photo"}
    save_design(business=town.business, ref="", wanted=wanted, photo=out.getvalue(), actor="test", now=town.now)
    names = (town.business.logo, town.business.photo, Design.objects.get().photo)
    before = {name: (pictures.path_of(name) or Path()).read_bytes() for name in names}
    assert len(before) == 3
    file = exported(town, tmp_path)
    gone(town.business)
    assert [pictures.path_of(name) for name in before] == [None, None, None]
    done = bring_in(path=file, owner_email="me@new.example", now=timezone.now())
    assert {name: (pictures.path_of(name) or Path()).read_bytes() for name in before} == before
    (only,) = Membership.objects.filter(business=done.business)
    assert (only.user.email, only.role) == ("me@new.example", "owner")
    assert only.user.check_password(done.owner_password)
    assert not ApiKey.objects.exists()
    assert Event.objects.filter(type="export.restored").get().data["made_at"] == done.manifest.made_at


@pytest.mark.django_db(transaction=True)
def test_who_has_an_account_keeps_the_password_and_a_bad_address_is_refused_first(town: Town, tmp_path: Path) -> None:
    file = exported(town, tmp_path)
    gone(town.business)
    person = User.objects.create_user("me@new.example", "a good long password")
    with pytest.raises(Invalid, match="no e-mail address"):
        bring_in(path=file, owner_email="nobody", now=timezone.now())
    assert not Business.objects.exists()
    done = bring_in(path=file, owner_email="me@new.example", now=timezone.now())
    assert done.owner_password == ""
    person.refresh_from_db()
    assert person.check_password("a good long password")


def books(business: Business, moments: list[datetime]) -> list[Any]:
    """Return the trial balance and every customer's balances at these instants, both ways and both together."""
    book, found = book_of(business=business.pk), []
    for at in moments:
        for when in ({"at": at}, {"known_at": at}, {"at": at, "known_at": moments[0]}):
            found.append([asdict(line) for line in trial_balance(book=book, **when)])
            for contact in Contact.objects.filter(business=business).order_by("public_id"):
                own = list(WalletOwner.objects.filter(contact=contact, until=None).values_list("wallet", flat=True))
                found.append([
                    contact.public_id, balances(book=book, wallets=own, currency="USD", now=NOW, **when)
                ])  # fmt: skip
    return found


@pytest.mark.django_db(transaction=True)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(size=24), st.sampled_from(PROGRAMMES))
def test_any_history_exported_and_brought_in_gives_equal_books(
    tmp_path: Path, raws: list[dict[str, Any]], document: str
) -> None:
    business = a_business("fern")
    try:
        publish(business=business, text=document, actor="test", now=NOW)
        middle = len(raws) // 2
        for part, now in ((raws[:middle], NOW - timedelta(days=9)), (raws[middle:], NOW)):
            record(business=business, source="till", raws=part, now=now)
            while settle(business=business, now=now):
                pass
        moments = [datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 9, tzinfo=UTC), NOW - timedelta(days=5), NOW]
        before = books(business, moments)
        file = tmp_path / "any.zip"
        file.unlink(missing_ok=True)
        exporting.make(business=business, to=file, now=NOW)
        gone(business)
        business = bring_in(path=file, owner_email="me@new.example", now=NOW).business
        assert books(business, moments) == before
        assert checking.faults() == []
    finally:
        gone(business)


# --- what is not whole, or was never ours ---------------------------------------------------------------------------


def rewritten(file: Path, to: Path, change: Any, *, honest: bool = True) -> Path:
    """Return a copy whose members went through ``change``; ``honest``: its manifest says what they are now."""
    with zipfile.ZipFile(file) as old:
        members = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(members["manifest.json"])
    change(members, manifest)
    if honest:
        for name, part in manifest["parts"].items():
            if name in members:
                part.update(bytes=len(members[name]), sha256=sha256(members[name]).hexdigest())
        for table in manifest["tables"]:
            table["sha256"] = manifest["parts"][f"jsonl/{table['name']}.jsonl"]["sha256"]
    members["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)
    return to


def swapped(name: str, old: bytes, new: bytes) -> Any:
    def change(members: dict[str, bytes], _manifest: dict[str, Any]) -> None:
        assert old in members[name]
        members[name] = members[name].replace(old, new)

    return change


def renamed(name: str) -> Any:
    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        members[name] = b"x"
        manifest["parts"][name] = {"bytes": 1, "sha256": sha256(b"x").hexdigest()}

    return change


def says(key: str, value: Any) -> Any:
    def change(_members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        manifest[key] = value

    return change


def spoilt(file: Path) -> bytes:
    """Return a file with one byte changed amid what its largest part holds; elsewhere a byte may mean nothing."""
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as bundle:
        part = max(bundle.infolist(), key=lambda info: info.compress_size)
    content[part.header_offset + 30 + len(part.filename) + part.compress_size // 2] ^= 0xFF
    return bytes(content)


def refusals(file: Path, to: Path) -> Iterator[tuple[Path, str]]:
    """Yield files that are not ours and a word of what is said of each."""
    plain = to / "notes.zip"
    plain.write_text("my notes")
    yield plain, "is no export"
    cut = to / "cut.zip"
    cut.write_bytes(file.read_bytes()[:-2000])
    yield cut, "is no export"
    broken = to / "broken.zip"
    broken.write_bytes(spoilt(file))
    yield broken, "damaged"
    for place, (change, honest, word) in enumerate([
        (swapped("jsonl/people.Contact.jsonl", b"Ann", b"Eve"), False, "people.Contact"),
        (swapped("csv/customers.csv", b"Ann", b"Eve"), False, "customers.csv is not what was written"),
        (says("kind", "something else"), True, "is no export"),
        (says("format", 2), True, "format 2"),
        (says("parts", []), False, "is no export"),
        (says("business", {}), True, "is no export"),
        (says("instants", ["some day"]), True, "is no export"),
        (says("made_at", "2026-03-01T05:06:07"), True, "is no export"),
        (says("migrations", [{}]), True, "is no export"),
        (renamed("../evil.txt"), True, "is no name of a file of ours"),
        (renamed("/etc/evil.txt"), True, "is no name"),
        (renamed("csv/../../evil.txt"), True, "is no name"),
        (renamed("csv\\evil.txt"), True, "is no name"),
        (renamed("files/../../evil.png"), True, "is no name"),
        (lambda members, _m: members.update({"extra.txt": b"x"}), True, "does not belong in it"),
        (lambda members, _m: members.pop("books/proof.jsonl"), False, "proof.jsonl is not there"),
    ]):  # fmt: skip
        yield rewritten(file, to / f"{place}.zip", change, honest=honest), word


@pytest.mark.django_db(transaction=True)
def test_what_is_not_whole_or_not_ours_is_refused_before_a_row_is_read(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = exported(town, tmp_path)
    for bad, word in refusals(file, tmp_path):
        with pytest.raises(Invalid, match=re.escape(word)):
            check(bad)
    linked = tmp_path / "linked.zip"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(linked, "w") as new:
        for info in old.infolist():
            if info.filename == "README.txt":
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            new.writestr(info, old.read(info.filename))
    with pytest.raises(Invalid, match=re.escape("README.txt is a link")):
        check(linked)
    monkeypatch.setattr(bringing_in, "SMALL", 1000)
    bomb = rewritten(file, tmp_path / "bomb.zip", lambda m, _: m.update({"README.txt": b"\0" * 50_000_000}))
    assert bomb.stat().st_size < 250_000
    with pytest.raises(Invalid, match="200 times its size"):
        check(bomb)
    assert check(file).rows > 50


@pytest.mark.django_db(transaction=True)
def test_a_file_with_true_digests_and_false_rows_leaves_nothing_behind(town: Town, tmp_path: Path) -> None:
    file = exported(town, tmp_path)
    pk, public = town.business.pk, town.business.public_id.encode()
    gone(town.business)
    people = User.objects.count()
    transfers = "jsonl/ledger.Transfer.jsonl"
    for place, (change, kind, word) in enumerate([
        (swapped(transfers, b",1000,", b",999,"), Conflict, "do not hold"),
        (swapped(transfers, b",1000,", b',"x",'), Invalid, "contradict one another"),
        (swapped("jsonl/business.Business.jsonl", public, b"biz_other"), Invalid, "exactly one business"),
        (swapped("jsonl/people.Contact.jsonl", f",{pk},".encode(), b",987654,"), Invalid, "contradict one another"),
        (lambda m, _: m.update({"jsonl/people.WalletOwner.jsonl": b""}), Conflict, "not those of the old"),
        (lambda m, _: m.update({"jsonl/people.Contact.jsonl": b"[[[[\n"}), Invalid, "contradict one another"),
        (lambda _m, told: told["tables"].reverse(), Invalid, "tables are not ours"),
        (lambda _m, told: told["tables"][0]["columns"].reverse(), Invalid, "columns of"),
        (lambda _m, told: told["migrations"].append("work.9999_later"), Invalid, "upgrade this Goodword"),
        (lambda _m, told: told["migrations"].pop(), Invalid, "install that version"),
    ]):  # fmt: skip
        bad = rewritten(file, tmp_path / f"{place}.zip", change)
        with pytest.raises(kind, match=word):
            bring_in(path=bad, owner_email="me@new.example", now=timezone.now())
        kept = {archive.label(model): model._base_manager.count() for model, _ in export_archive.tables()}
        assert not any(kept.values()), (place, kept)
        assert User.objects.count() == people
    assert bring_in(path=file, owner_email="me@new.example", now=timezone.now()).business.pk == pk


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_said_in_a_line_and_no_half_file_stays(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(exporting._Parts, "add", full)
    place = tmp_path / "out"
    place.mkdir()
    with pytest.raises(Refused, match="the disk is full: make room") as refused:
        exporting.make(business=town.business, to=place / "x.zip", now=timezone.now())
    assert refused.value.code == "disk_full"
    assert list(place.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_the_commands_say_what_they_made_and_what_they_found(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lived_in("Ink and Steel")
    file = str(tmp_path / "x.zip")
    assert cli.main(["export", file]) == 2
    assert "say --business with one of: fern-lawn-care, ink-and-steel" in capsys.readouterr().err
    assert cli.main(["export", file, "--business", "fern-lawn-care"]) == 0
    assert "It holds personal data, but no password or key." in capsys.readouterr().out
    assert cli.main(["export", file, "--business", "fern-lawn-care"]) == 1
    assert "never written over" in capsys.readouterr().err
    assert cli.main(["export", "check", file]) == 0
    assert capsys.readouterr().out.startswith("whole: Fern Lawn Care, Goodword")
    assert cli.main(["export", "restore", file, "--owner-email", "me@new.example"]) == 1
    assert "begin with another GOODWORD_DATA folder" in capsys.readouterr().err
    for business in Business.objects.all():
        gone(business)
    assert cli.main(["export", "restore", file, "--owner-email", "me@new.example"]) == 0
    said = capsys.readouterr().out
    assert "The books hold and are equal at" in said
    assert "each under the source\nit had: crm." in said
