"""Where callbacks may go, and that they go nowhere else."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.exchange.problem import Problem
from nguon.exchange.subscriptions.addresses import (
    check_destination,
    is_allowed,
    read_destination,
    read_networks,
)
from nguon.exchange.subscriptions.sending import Sender, read_retry_after

FORBIDDEN = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.88.99.1",
    "fec0::1",
    "3fff::1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:db8::1",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "203.113.131.1", "2606:4700:4700::1111", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_no_callback_goes_inside(address: str) -> None:
    assert not is_allowed(ip_address(address), [])
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(Problem) as told:
        Sender().check(f"http://{host}/x")
    assert told.value.code == "exchange.dest_forbidden"
    assert told.value.name == "SubscriptionControlsException"


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_fine(address: str) -> None:
    assert is_allowed(ip_address(address), [])


def test_the_operator_may_allow_networks() -> None:
    allowed = read_networks(["10.20.0.0/16", "::1"])
    assert is_allowed(ip_address("10.20.3.4"), allowed)
    assert is_allowed(ip_address("::ffff:10.20.3.4"), allowed)
    assert is_allowed(ip_address("::1"), allowed)
    assert not is_allowed(ip_address("10.21.0.1"), allowed)


@given(st.ip_addresses(v=4))
def test_an_address_wrapped_in_another_is_judged_as_itself(address: object) -> None:
    plain = is_allowed(ip_address(str(address)), [])
    assert is_allowed(ip_address(f"::ffff:{address}"), []) == plain
    assert is_allowed(ip_address(f"64:ff9b::{address}"), []) == plain


@pytest.mark.parametrize(
    ("dest", "code"),
    [
        ("", "dest_form"),
        ("client.example.com/x", "dest_form"),
        ("ftp://client.example.com/x", "dest_form"),
        ("file:///etc/passwd", "dest_form"),
        ("gopher://client.example.com/", "dest_form"),
        ("http://", "dest_form"),
        ("http:///x", "dest_form"),
        ("http://client.example.com:99999/", "dest_form"),
        ("http://client.example.com:x/", "dest_form"),
        ("http://[::1/", "dest_form"),
        ("http://[fe80::1%25eth0]/", "dest_form"),
        ("http://client.example.com/a b", "dest_form"),
        ("http://client.example.com/a\r\nHost: x", "dest_form"),
        ("https://client.example.com/" + "a" * 2000, "dest_form"),
        ("https://user:secret@client.example.com/", "dest_userinfo"),
        ("https://user@client.example.com/", "dest_userinfo"),
        ("http://client.example.com:25/", "dest_port"),
        ("http://client.example.com:443/", "dest_port"),
        ("https://client.example.com:22/", "dest_port"),
    ],
)
def test_what_is_no_address_for_a_callback_is_told(dest: str, code: str) -> None:
    with pytest.raises(Problem) as told:
        read_destination(dest)
    assert told.value.code == f"exchange.{code}"
    assert "secret" not in str(told.value.body())


def test_an_address_in_its_parts() -> None:
    found = read_destination("https://Cổng.example.vn:8443/gọi lại?x=1&y=ă".replace(" ", "%20"))
    assert (found.scheme, found.port) == ("https", 8443)
    assert found.host == "cổng.example.vn".encode("idna").decode()
    assert found.target == "/g%E1%BB%8Di%20l%E1%BA%A1i?x=1&y=%C4%83"
    assert found.authority.endswith(":8443")
    assert read_destination("http://a.example/").authority == "a.example"
    assert read_destination("http://[2606:4700::1]:8080").authority == "[2606:4700::1]:8080"


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for dest in (text, f"http://{text}", f"https://a.example/{text}"):
        try:
            found = read_destination(dest)
        except Problem:
            continue
        line = found.target + found.authority
        assert line.isascii()
        assert not any(sign in line for sign in " \r\n")


def test_one_forbidden_address_of_a_name_is_enough() -> None:
    destination = read_destination("https://both.example/x")
    for found in (["1.1.1.1", "127.0.0.1"], ["127.0.0.1", "1.1.1.1"]):
        with pytest.raises(Problem):
            check_destination(destination, [], lambda host, port, found=found: found)
    assert check_destination(destination, [], lambda host, port: ["1.1.1.1"]) == "1.1.1.1"


@pytest.mark.parametrize("spelt", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1"])
def test_odd_spellings_of_loopback_are_looked_up_like_any_name(spelt: str) -> None:
    """What the system's resolver makes of them is judged, not how they look."""
    answer = Sender(seconds=1.0).post(f"http://{spelt}/x", b"{}", {})
    assert answer.status == 0
    assert answer.forbidden or "gaierror" in answer.reason


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 5 ", 5.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
    ],
)
def test_retry_after_is_read(value: str | None, seconds: float | None) -> None:
    assert read_retry_after(value) == seconds
