"""`nguon serve` and `nguon demo`: the web server over the database."""

from __future__ import annotations

import os
import socket
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import click

from nguon.cli.common import (
    EXIT_REFUSED,
    check_ready,
    data_option,
    explained,
    open_database,
    speak,
)
from nguon.cli.database import migrate_all, release_django
from nguon.cli.keys import ensure_ring
from nguon.cli.ledger_keys import ensure_ledger_ring
from nguon.cli.streaming import streaming_beside
from nguon.cli.working import beside
from nguon.epcis import read_document
from nguon.eventstore import Store
from nguon.samples import iter_documents, scan_examples

# Far more than work at once: they read bodies, however slowly these come (`nguon.web.arrivals`).
_THREADS = 64
_ID = "https://id.gs1.org"
_WORDS = {
    "vi": {
        "ready": "Nguồn đang chạy: {url}",
        "try": "Thử quét một mã mẫu:",
        "stop": "Bấm Ctrl-C để dừng.",
        "busy": "Cổng {port} đang bận. Chọn cổng khác: --port {other}",
    },
    "en": {
        "ready": "Nguồn is running: {url}",
        "try": "Open a sample code as a shopper would by scanning:",
        "stop": "Press Ctrl-C to stop.",
        "busy": "Port {port} is in use. Choose another: --port {other}",
    },
}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Server processes.")
@data_option
@explained
def serve(host: str, port: int, workers: int, data: Path) -> None:
    """Serve the pages and the EPCIS door over your own data."""
    if not _is_free(host, port):
        click.echo(_say("busy", port=port, other=free_port(host)), err=True)
        raise SystemExit(EXIT_REFUSED)
    os.environ.setdefault("NGUON_DATA", str(data))
    stream_port = _choose_stream(host, port)
    with open_database(data) as url:
        if os.environ.get("DATABASE_URL"):
            check_ready(url)
        else:
            migrate_all(url)
        with beside(url), streaming_beside(url, host, stream_port):
            run_server(url, host, port, workers, [])


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on [default: 8000, or a free one].")
@data_option
@explained
def demo(host: str, port: int | None, data: Path) -> None:
    """Start on sample data and print the address: three chains from Quảng Ninh, all invented."""
    if port is None:
        port = 8000 if _is_free(host, 8000) else free_port(host)
    elif not _is_free(host, port):
        click.echo(_say("busy", port=port, other=free_port(host)), err=True)
        raise SystemExit(EXIT_REFUSED)
    os.environ["NGUON_DEMO"] = "1"
    os.environ.setdefault("NGUON_DATA", str(data))
    os.environ.setdefault("NGUON_OPEN_CAPTURE", "1")
    os.environ.setdefault("NGUON_LOG_LEVEL", "warning")
    base = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"
    os.environ.setdefault("NGUON_BASE_URL", base)
    stream_port = _choose_stream(host, port)
    with open_database(data) as url:
        migrate_all(url)
        load_samples(url)
        ensure_ring("Nguồn (demo)")
        ensure_ledger_ring("demo.nguon.example/ledger")
        language = speak()
        lines = [_say("try")]
        lines += [
            f"  {base}{example.key.removeprefix(_ID)}  {getattr(example, language)}"
            for example in scan_examples()
            if example.key.startswith(_ID)
        ]
        with beside(url), streaming_beside(url, host, stream_port):
            run_server(url, host, port, 1, lines)


def _choose_stream(host: str, port: int) -> int:
    """The port of the server of WebSockets: the next one, where it is free; told to everybody."""
    chosen = port + 1 if port < 65535 and _is_free(host, port + 1) else free_port(host)
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host  # noqa: S104  compared, not bound
    os.environ.setdefault("NGUON_STREAM_URL", f"ws://{shown}:{chosen}")
    return chosen


def load_samples(url: str) -> None:
    """Put the sample register and chains into a database; safe to repeat."""
    from nguon.accounts.services import load_sample_people
    from nguon.registry.services import load_samples as load_register

    load_register()
    load_sample_people()
    store = Store.open(url)
    try:
        for name, content in iter_documents():
            result = store.capture(read_document(content), sender=name)
            if not result.success:
                raise SystemExit(f"{name}: {result}")
    finally:
        store.close()


def run_server(url: str, host: str, port: int, workers: int, lines: list[str]) -> None:
    """Serve until told to stop; the address is printed once a page answers."""
    os.environ["DATABASE_URL"] = url
    base = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}"  # noqa: S104  compared, not bound
    threading.Thread(target=_announce, args=(base, lines), daemon=True).start()
    release_django()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels, logger

    # Granian finds so many threads odd and says so at every start; they are meant (`_THREADS`).
    logger.addFilter(lambda record: "Python threads" not in record.getMessage())
    Granian(
        "nguon.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


def _announce(base: str, lines: list[str]) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{base}/healthz", timeout=2):  # noqa: S310  our own address
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    click.echo("\n".join([_say("ready", url=f"{base}/"), *lines, _say("stop")]))


def _say(name: str, **values: object) -> str:
    return _WORDS[speak()][name].format(**values)


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str) -> int:
    """A port that nobody listens on at this address."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
