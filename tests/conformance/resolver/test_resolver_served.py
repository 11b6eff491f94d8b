"""Over a served process: raw paths and queries, HEAD, no Accept header, as they come on a wire."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from bench.resolve import serving
from tests.integration.resolver.resolving import LINKED, TEMPLATED

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def port(resolver_url: str) -> Iterator[int]:
    """A server over the furnished database."""
    with serving(resolver_url) as found:
        yield found


def ask(
    port: int, target: str, *headers: str, method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    """Send the bytes of a request and read those of the answer."""
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Connection: close",
        *headers,
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        data = b""
        while part := connection.recv(65536):
            data += part
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in rest)
    return int(first.split()[1]), {name.lower(): value for name, value in pairs}, body


def test_a_request_with_no_header_but_the_host_is_redirected(port: int) -> None:
    status, headers, body = ask(port, f"/01/{LINKED}")
    assert (status, headers["location"], body) == (307, "https://maker.example/home", b"")


@pytest.mark.parametrize("query", ["a=%2f+%20&b", "x[]=1&y={z}|", "a=b?c=d", "%zz", "a=%C3%A9"])
def test_the_raw_query_arrives_byte_for_byte(port: int, query: str) -> None:
    _status, headers, _body = ask(port, f"/01/{LINKED}?{query}")
    assert headers["location"] == f"https://maker.example/home?{query}"


@pytest.mark.parametrize("lot", ["A%2FB", "A%2fB", "%22%25%26", "A%2BB"])
def test_a_slash_within_a_value_stays_within(port: int, lot: str) -> None:
    status, headers, _body = ask(port, f"/01/{TEMPLATED}/10/{lot}")
    assert status == 307
    expected = f"https://maker.example/p/{TEMPLATED}?at=01/{TEMPLATED}/10/{lot.upper()}"
    assert headers["location"] == expected


def test_head_has_the_headers_and_no_body(port: int) -> None:
    target = f"/01/{LINKED}?linkType=linkset"
    status, got, body = ask(port, target)
    headed, headers, nothing = ask(port, target, method="HEAD")
    assert (status, headed, nothing) == (200, 200, b"")
    assert headers["content-type"] == got["content-type"] == "application/linkset+json"
    assert headers["etag"] == got["etag"]
    assert int(got["content-length"]) == len(body)


def test_options_and_other_methods(port: int) -> None:
    assert ask(port, f"/01/{LINKED}", method="OPTIONS")[0] == 204
    assert ask(port, f"/01/{LINKED}", "Content-Length: 0", method="POST")[0] == 405


def test_a_link_set_not_changed_since_is_not_sent_again(port: int) -> None:
    target = f"/01/{LINKED}?linkType=linkset"
    tag = ask(port, target)[1]["etag"]
    status, _headers, body = ask(port, target, f"If-None-Match: {tag}")
    assert (status, body) == (304, b"")


def test_a_host_that_is_not_ours_is_refused(port: int) -> None:
    lines = [f"GET /01/{LINKED} HTTP/1.1", "Host: evil.example", "Connection: close", "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall("\r\n".join(lines).encode())
        assert connection.recv(65536).startswith(b"HTTP/1.1 400")
