"""`nguon verify`: is this what was signed? Codes of stamps, proof files and roots of the ledger.

No server, network or database.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import click

from nguon.cli.common import EXIT_REFUSED, EXIT_USAGE, explained, speak
from nguon.cli.keys import find_ring
from nguon.cli.verify_proof import is_ours, read_trusted, verify_data
from nguon.stamps import PublicKey, Verdict, keyfile, read_jwks
from nguon.stamps import verify as check

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_NAMES = {"01": "GTIN", "21": "SER", "10": "LOT", "11": "PROD", "15": "BEST", "17": "EXP"}
_WORDS = {
    "vi": {
        "no_keys": "Cần danh sách khóa công khai: --keys TỆP, hoặc bộ khóa riêng (nguon keys).",
        "no_file": "không đọc được {file}: {reason}",
        "empty": "{file} không có mã nào",
        "read": "đã đọc: {elements}",
        "covered": "có trong chữ ký: {elements}",
        "uncovered": "ngoài chữ ký: {elements}",
        "blind": "Kiểm ngoại tuyến không biết tem đã kích hoạt, thu hồi hay bị sao chép lại chưa.",
        "total": "{count} mã: ",
        "genuine": "đúng",
        "unsigned": "không ký",
        "unknown_key": "chưa có khóa",
        "wrong": "sai",
        "revoked": "khóa đã thu hồi",
        "expired": "khóa hết hạn",
        "unreadable": "không đọc được",
    },
    "en": {
        "no_keys": "Public keys are needed: --keys FILE, or a key ring of one's own (nguon keys).",
        "no_file": "{file} cannot be read: {reason}",
        "empty": "there is no code in {file}",
        "read": "read: {elements}",
        "covered": "signed too: {elements}",
        "uncovered": "not signed: {elements}",
        "blind": "A check offline cannot know whether the label is activated, recalled or copied.",
        "total": "{count} codes: ",
        "genuine": "right",
        "unsigned": "unsigned",
        "unknown_key": "key not known",
        "wrong": "wrong",
        "revoked": "key revoked",
        "expired": "key expired",
        "unreadable": "unreadable",
    },
}


@click.command()
@click.argument("what")
@click.option(
    "--keys",
    "jwks",
    type=click.Path(path_type=Path),
    help="Public keys: a JWK Set, or for the ledger's files a key a line. Default: those of the own"
    " key ring (nguon keys, nguon ledger keys).",
)
@click.option("--key", "lines", multiple=True, help="A public key of a ledger. Repeatable.")
@click.option(
    "--root",
    "anchors",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A signed root kept elsewhere, that a proof file must contain. Repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@explained
def verify(
    what: str,
    lines: tuple[str, ...],
    anchors: tuple[Path, ...],
    *,
    jwks: Path | None,
    as_json: bool,
) -> None:
    """Check WHAT: a code in any form, a file, or - for standard input. A file may be a proof of the
    ledger (nguon ledger export), a signed root, or codes, one a line; which it is, is told. Exit
    code 0 when everything is right, 1 otherwise.

    A proof checked without a key given here and without a key ring of one's own is checked with
    the key that it brings; then it is said that nobody vouches for that key.
    """
    data = _read_file(what)
    if data is not None and is_ours(data):
        trusted = read_trusted(lines, _read(jwks) if jwks else None)
        verify_data(data, trusted, anchors, as_json=as_json)
        return
    _verify_codes(what, _read_lines(what, data), jwks, as_json=as_json)


def _verify_codes(what: str, lines: list[str], jwks: Path | None, *, as_json: bool) -> None:
    public = _read_keys(jwks)
    today = datetime.now(_ZONE).date()
    verdicts = [check(line, public, today) for line in lines or [what]]
    if as_json:
        shown = [as_dict(verdict) for verdict in verdicts]
        click.echo(json.dumps(shown if lines else shown[0], ensure_ascii=False, indent=1))
    elif lines:
        _tell_lines(lines, verdicts)
    else:
        _tell(verdicts[0])
    if not all(verdict.genuine for verdict in verdicts):
        raise SystemExit(EXIT_REFUSED)


def _read_keys(jwks: Path | None) -> tuple[PublicKey, ...]:
    if jwks is not None:
        return read_jwks(_read(jwks))
    if not find_ring().exists():
        _stop("no_keys")
    return read_jwks(keyfile.load(find_ring()).publish())


def _read_file(what: str) -> bytes | None:
    """The bytes of a file or of standard input; None when `what` is a code."""
    if what == "-":
        return sys.stdin.buffer.read()
    return _read(Path(what)) if _is_file(what) else None


def _read_lines(what: str, data: bytes | None) -> list[str]:
    """The lines of a file that hold something; none when `what` is a code."""
    if data is None:
        return []
    text = data.decode("utf-8", "replace")
    lines = [line.strip() for line in text.removeprefix("\ufeff").splitlines()]
    found = [line for line in lines if line]
    if not found:
        _stop("empty", file=what)
    return found


def _is_file(what: str) -> bool:
    try:
        return Path(what).is_file()
    except (OSError, ValueError):
        return False


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _stop("no_file", file=path, reason=error.strerror or str(error))


def _stop(name: str, **values: object) -> NoReturn:
    click.echo(_WORDS[speak()][name].format(**values), err=True)
    raise SystemExit(EXIT_USAGE)


def as_dict(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain data, with its sentences in both languages."""
    shown: dict[str, Any] = {
        "status": verdict.status,
        "code": verdict.code,
        "kid": verdict.kid,
        "issuer": verdict.issuer,
        "day": verdict.day.isoformat() if verdict.day else None,
        "elements": dict(verdict.elements),
        "covered": dict(verdict.covered),
        "uncovered": dict(verdict.uncovered),
        "vi": f"{verdict.title('vi')} {verdict.sentence('vi')}",
        "en": f"{verdict.title('en')} {verdict.sentence('en')}",
    }
    return shown if verdict.fault is None else shown | {"fault": verdict.fault.as_dict()}


def _tell(verdict: Verdict) -> None:
    language = speak()
    words = _WORDS[language]
    click.echo(verdict.title(language))
    click.echo(verdict.sentence(language))
    for name, elements in (
        ("read", verdict.elements),
        ("covered", verdict.covered),
        ("uncovered", verdict.uncovered),
    ):
        if elements:
            shown = " · ".join(f"{_NAMES.get(ai, ai)} {value}" for ai, value in elements)
            click.echo(f"  {words[name].format(elements=shown)}")
    if verdict.genuine:
        click.echo(words["blind"])


def _tell_lines(lines: list[str], verdicts: list[Verdict]) -> None:
    language = speak()
    words = _WORDS[language]
    for line, verdict in zip(lines, verdicts, strict=True):
        click.echo(f"{words[verdict.status]}\t{line}")
    counts = Counter(verdict.status for verdict in verdicts)
    told = ", ".join(f"{words[status]} {count}" for status, count in counts.most_common())
    click.echo(words["total"].format(count=len(verdicts)) + told)
    if counts["genuine"]:
        click.echo(words["blind"])
