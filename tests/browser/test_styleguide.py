"""Every page of the style guide in a real browser: no fault that axe, the CSP or the window's width can show."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.browser import shots

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed"),
]


def run_shots(*, out: Path, looks: str, pages: str = "") -> subprocess.CompletedProcess[str]:
    """Run the screenshots in a process of their own, so that no event loop is left behind in this one."""
    command = [sys.executable, "-m", "tests.browser.shots", str(out), "--looks", looks, "--pages", pages]
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment, check=False)


@pytest.mark.parametrize("look", ["desk-light-en", "phone-dark-ar"])
def test_every_page_passes_axe_the_csp_and_the_width_of_the_window(look: str, tmp_path: Path) -> None:
    done = run_shots(out=tmp_path, looks=look)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].endswith(" 0 faults")
    assert len(list(tmp_path.glob("*.png"))) > 12


def test_the_judge_sees_a_page_that_is_missing(tmp_path: Path) -> None:
    done = run_shots(out=tmp_path, looks="desk-light-en", pages="no-such-page")
    assert done.returncode == 1
    assert "404" in done.stdout


def test_the_judge_sees_bad_contrast_an_inline_script_and_a_wide_page(browser: Any) -> None:
    bad = (
        "<html lang=en><title>t</title><meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">"
        "<main><h1>t</h1><p style='color:#bbb;background:#fff'>pale</p><div style='width:4000px'>wide</div></main>"
        "<script>1</script>"
    )
    page = browser.new_page(viewport=shots.PHONE)
    heard: list[str] = []
    shots.listen(page, "data:", heard)
    page.set_content(bad)
    faults = shots.faults_of(page, heard)
    page.close()
    assert any(fault.startswith("axe color-contrast") for fault in faults)
    assert any("px wider than the window" in fault for fault in faults)
    assert any(fault.startswith("console: ") and "script" in fault for fault in faults)
