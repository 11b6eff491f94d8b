"""One callback over real sockets: the checked address, TLS by the name, nothing followed."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from nguon.exchange.subscriptions.addresses import read_networks
from nguon.exchange.subscriptions.sending import Sender
from tests.integration.exchange.receiver import Receiver, Reply

LOOPBACK = read_networks(["127.0.0.0/8"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def test_the_name_is_looked_up_once_and_its_checked_address_called(receiver: Receiver) -> None:
    """A name that answers differently the second time (DNS rebinding) changes nothing."""
    asked: list[str] = []

    def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.99"]

    sender = Sender(LOOPBACK, lookup=lookup)
    answer = sender.post(f"http://hook.example:{receiver.port}/a?b=1", b"{}", {})
    assert answer.status == 200
    assert asked == ["hook.example"]
    call = receiver.calls[0]
    assert call.path == "/a?b=1"
    assert call.headers["Host"] == f"hook.example:{receiver.port}"


def test_a_name_without_an_address_is_a_failure_and_no_refusal() -> None:
    def lookup(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    answer = Sender((), lookup=lookup).post("https://nowhere.example/", b"{}", {})
    assert (answer.status, answer.forbidden) == (0, False)
    assert "Name or service not known" in answer.reason
    Sender((), lookup=lookup).check("https://nowhere.example/")


def test_a_forbidden_address_is_never_connected_to(receiver: Receiver) -> None:
    answer = Sender(()).post(receiver.url, b"{}", {})
    assert (answer.status, answer.forbidden) == (0, True)
    assert receiver.calls == []


def test_proxies_of_the_environment_are_not_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert Sender(LOOPBACK).post(receiver.url, b"{}", {}).status == 200


def test_a_closed_port_is_told(receiver: Receiver) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    answer = Sender(LOOPBACK).post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert answer.status == 0
    assert "refused" in answer.reason


def test_an_endless_answer_is_not_read_to_its_end(receiver: Receiver) -> None:
    receiver.behave = lambda call: Reply(500, body=b"x" * 50_000_000)
    answer = Sender(LOOPBACK, seconds=5).post(receiver.url, b"{}", {})
    assert answer.status == 500
    assert len(answer.reason) <= 300


@pytest.mark.parametrize("words", [b"nonsense\r\n\r\n", b"HTTP/1.1 99999 x\r\n\r\n", b"\x00" * 99])
def test_an_answer_that_is_no_http_is_a_failure(words: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer_once() -> None:
            taken, _ = listening.accept()
            with taken:
                taken.recv(65536)
                taken.sendall(words)

        thread = threading.Thread(target=answer_once)
        thread.start()
        port = listening.getsockname()[1]
        answer = Sender(LOOPBACK, seconds=3).post(f"http://127.0.0.1:{port}/", b"{}", {})
        thread.join()
    assert answer.status == 0
    assert answer.reason


# -- TLS --------------------------------------------------------------------------------------


def _certificate(folder: Path, name: str) -> Path:
    """A certificate for a name, signed by itself, with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    assert ip_address("127.0.0.1") in LOOPBACK[0]
    return file


@pytest.fixture
def secure(receiver: Receiver, tmp_path: Path) -> Path:
    """The receiver behind TLS as hook.example; its certificate, to be trusted or not."""
    file = _certificate(tmp_path, "hook.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    receiver.secure(context)
    return file


def _sender(trust: Path | None) -> Sender:
    return Sender(
        LOOPBACK,
        seconds=5,
        trust=str(trust) if trust else None,
        lookup=lambda host, port: ["127.0.0.1"],
    )


def test_the_certificate_is_checked_against_the_name_though_the_address_is_called(
    receiver: Receiver, secure: Path
) -> None:
    good = _sender(secure).post(f"https://hook.example:{receiver.port}/", b"{}", {})
    assert good.status == 200
    other = _sender(secure).post(f"https://other.example:{receiver.port}/", b"{}", {})
    assert other.status == 0
    assert "other.example" in other.reason


def test_an_unknown_certificate_is_refused(receiver: Receiver, secure: Path) -> None:
    answer = _sender(None).post(f"https://hook.example:{receiver.port}/", b"{}", {})
    assert answer.status == 0
    assert "certificate" in answer.reason.lower()
    assert receiver.calls == []
