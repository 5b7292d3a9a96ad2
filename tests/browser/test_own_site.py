"""A friend's way over the business's own site, in a browser: link, their site, their form, a lead with its referrer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache

from goodword.business.models import Setting
from goodword.people.models import Contact
from goodword.referrals.models import Referral
from tests.browser import shots
from tests.web.town import Town, found

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="sv"><title>Fern</title><h1>Fern Lawn Care</h1>
<form id="booking"><label>Code <input name="ref"></label></form>
<form id="callback" data-goodword-callback><label>Name <input name="name"></label>
<label>Phone <input name="phone"></label><button>Call me</button><p data-goodword-status role="status"></p></form>
<div id="later"></div>
<script src="{goodword}/goodword.js" data-business="{business}" {consent} defer></script>"""


@pytest.fixture
def fern_site() -> Iterator[Any]:
    """Serve the business's own site from an origin of its own; ``page`` is what it shows."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(self.server.page.encode())  # type: ignore[attr-defined]

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.address = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    yield server
    server.shutdown()
    server.server_close()


def town_with(site: Any, live_server: Any, *, consent: str = "") -> Town:
    cache.clear()
    town = found()
    town.person("Ann Berg", phone="+13035550142")
    Setting.objects.create(
        business=town.business, key="link_target", value=f"{site.address}/welcome?utm=card", since=town.now
    )
    site.page = PAGE.format(goodword=live_server.url, business=town.business.slug, consent=consent)
    return town


@pytest.mark.requirement("R104")
@pytest.mark.requirement("R105")
def test_the_code_goes_from_the_link_into_every_form_and_back_to_the_referrer(
    browser: Any, live_server: Any, fern_site: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    town = town_with(fern_site, live_server)
    code = town.contact("Ann").code
    page = browser.new_context().new_page()
    page.goto(f"{live_server.url}/r/{code}")
    assert page.url == f"{fern_site.address}/welcome?utm=card&ref={code}"
    page.goto(f"{fern_site.address}/another-page")  # days later, without the code
    assert page.locator("#booking input").input_value() == code
    page.evaluate("document.getElementById('later').innerHTML = '<input id=new data-goodword-code>'")
    page.wait_for_timeout(200)
    assert page.locator("#new").input_value() == code
    page.get_by_label("Name").fill("Bob Haddad")
    page.get_by_label("Phone").fill("12")
    page.get_by_role("button").click()
    page.get_by_text("Numret kan inte").wait_for()
    page.get_by_label("Phone").fill("+1 303 555 0143")
    page.get_by_role("button").click()
    page.get_by_text("Tack, Bob!").wait_for()
    referral = Referral.objects.get()
    assert (referral.referrer.name, referral.friend.name) == ("Ann Berg", "Bob Haddad")
    assert Contact.objects.get(name="Bob Haddad").language == "sv"
    assert page.context.cookies() == []
    page.context.close()


def test_without_consent_nothing_is_kept_until_it_is_given(
    browser: Any, live_server: Any, fern_site: Any, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    town = town_with(fern_site, live_server, consent='data-consent="wait"')
    code = town.contact("Ann").code
    page = browser.new_context().new_page()
    page.goto(f"{fern_site.address}/?ref={code.lower()}")
    assert page.locator("#booking input").input_value() == code
    assert page.evaluate("localStorage.length") == 0
    page.goto(fern_site.address)
    assert page.locator("#booking input").input_value() == ""
    page.goto(f"{fern_site.address}/?ref={code}")
    page.evaluate("goodword.consent(true)")
    page.goto(fern_site.address)
    assert page.evaluate("localStorage.length") == 1
    page.evaluate("goodword.consent(true)")  # the site asks its banner again on each page
    assert page.locator("#booking input").input_value() == code
    page.evaluate("goodword.consent(false)")
    assert page.evaluate("localStorage.length") == 0
    page.context.close()


LIMIT = 100_000  # bytes, before pictures


@pytest.mark.parametrize("language", ["en", "sv", "ar"])
def test_a_first_page_weighs_less_than_a_hundred_kilobytes(
    language: str, open_browser: Callable[..., Any], live_server: Any
) -> None:
    town = found()
    town.person("Ann Berg", phone="+13035550142")
    page = open_browser(shots.PHONE, language=language)
    weighed: dict[str, int] = {}
    page.on("response", lambda got: weighed.__setitem__(got.url.removeprefix(live_server.url), len(got.body())))
    page.goto(f"/r/{town.contact('Ann').code}?lang={language}", wait_until="networkidle")
    page.wait_for_timeout(300)
    assert 50_000 < sum(weighed.values()) < LIMIT, weighed  # docs/how-to/own-site.md tells what was measured
    assert not [name for name in weighed if name.endswith(".js") or not name.startswith("/")]
