"""Screenshots of every page of the style guide, and what a browser says against them.

    python -m tests.browser.shots OUTDIR [--pages overview,landing] [--looks desk-light-en,phone-dark-ar]

Each page at phone and desktop width, light and dark, in three languages. The run fails when axe finds a violation of
WCAG 2.2 A/AA, when the console prints an error (the CSP among them), when a page asks for anything from elsewhere, or
when a page is wider than its window.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
LOOKS = (
    ("desk-light-en", DESK, "light", "en"),
    ("desk-dark-sv", DESK, "dark", "sv"),
    ("desk-light-ar", DESK, "light", "ar"),
    ("phone-light-en", PHONE, "light", "en"),
    ("phone-dark-ar", PHONE, "dark", "ar"),
)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Quiet(WSGIRequestHandler):
    """A request handler that prints no line per request."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Print nothing."""


def serve() -> str:
    """Start the style guide on a free port and return its address."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.browser.styleguide_settings"
    os.environ.setdefault("GOODWORD_SECRET_KEY", "only-for-the-style-guide-" + "x" * 40)
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    server = make_server("127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def listen(page: Any, base: str, heard: list[str]) -> None:
    """Write into ``heard`` every error line, failed answer and request to another host."""

    def line(message: Any) -> None:
        if message.type == "error":
            heard.append(f"console: {message.text}")

    def request(sent: Any) -> None:
        if not sent.url.startswith((base, "data:")):
            heard.append(f"asks {sent.url}")

    def response(got: Any) -> None:
        if got.status >= 400:
            heard.append(f"{got.status} {got.url}")

    page.on("console", line)
    page.on("pageerror", lambda error: heard.append(f"script: {error}"))
    page.on("request", request)
    page.on("response", response)


def faults_of(page: Any, heard: list[str]) -> list[str]:
    """Return what is wrong with the page that is open."""
    from axe_playwright_python.sync_playwright import Axe

    faults = list(heard)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    for violation in found.response["violations"]:
        where = "; ".join(f"{node['html'][:160]} :: {node['failureSummary'][:200]}" for node in violation["nodes"][:3])
        faults.append(f"axe {violation['id']}: {where}")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        faults.append(f"{wide} px wider than the window")
    return faults


def photograph(page: Any, base: str, name: str, file: Path, heard: list[str]) -> list[str]:
    """Open one page, save its picture and return its faults."""
    heard.clear()
    page.goto(f"{base}/page/{name}" if name != "index" else base, wait_until="networkidle")
    page.screenshot(path=file.with_suffix(".png"), full_page=True)
    return faults_of(page, heard)


def main() -> int:
    """Render, photograph and judge; return 1 when anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", default="")
    parser.add_argument("--looks", default="")
    asked = parser.parse_args()
    base = serve()
    from playwright.sync_api import sync_playwright

    from goodword.web.styleguide.pages import PAGES

    asked.out.mkdir(parents=True, exist_ok=True)
    names = asked.pages.split(",") if asked.pages else ["index", *(name for name, _template, _context in PAGES)]
    looks = [look for look in LOOKS if not asked.looks or look[0] in asked.looks.split(",")]
    count = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGS)
        for look, size, theme, language in looks:
            context = browser.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")
            context.add_cookies([{"name": "django_language", "value": language, "url": base}])
            page, heard = context.new_page(), []
            listen(page, base, heard)
            for name in names:
                for fault in photograph(page, base, name, asked.out / f"{name}.{look}.x", heard):
                    count += 1
                    print(f"{name} {look}: {fault}")
            context.close()
        browser.close()
    print(f"{len(names) * len(looks)} pages photographed, {count} faults")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
