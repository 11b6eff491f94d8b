"""A real Chromium before the real server: Granian and a worker over a database with samples."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import nguon
from tests.integration.web.site import sample_template, site_url

__all__ = ["sample_template", "site_url"]

AXE = Path(nguon.__file__).parent / "web/frontend/node_modules/axe-core/axe.min.js"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
MUST_RUN = os.environ.get("CI") == "true"


def lacking(what: str) -> None:
    """Skip for want of a tool; where everything must run, fail instead."""
    if MUST_RUN:
        pytest.fail(f"{what}; with CI=true this is a failure")
    pytest.skip(what)


@pytest.fixture(scope="session")
def site_address(site_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the samples, a worker beside it, as in the demonstration."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--log-level", "warning", "nguon.web.wsgi:application"]
    environment = {
        **os.environ,
        "DATABASE_URL": site_url,
        "NGUON_BASE_URL": address,
        "NGUON_DATA": str(tmp_path_factory.mktemp("site")),
        "NGUON_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "nguon.web.settings",
    }
    nguon = [sys.executable, "-m", "nguon.cli"]
    subprocess.run([*nguon, "keys", "new", "--issuer", "Quảng Ninh"], env=environment, check=True)
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    worker = subprocess.Popen([*nguon, "worker"], env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"{address}/readyz", server)
        yield address
    finally:
        for process in (worker, server):
            process.terminate()
            process.wait(20)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return once the address answers."""
    for _ in range(200):
        assert server.poll() is None, "the server stopped before it answered"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"no answer from {url}")


# One browser a module: while it runs, Django takes this thread for an asynchronous one.
@pytest.fixture(scope="module")
def browser(site_address: str) -> Iterator[Browser]:
    """A Chromium that reaches nothing but the server under test."""
    if CHROMIUM is None:
        lacking("no Chromium on this machine")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, as npm brings it."""
    if not AXE.exists():
        lacking("axe-core is not there (npm ci in src/nguon/web/frontend)")
    return AXE.read_text("utf-8")
