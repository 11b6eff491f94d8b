"""`nguon trace`: a chain as a tree or as JSON, in two languages, now and as known on an instant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from nguon.epcis import read_document
from nguon.eventstore import Store
from nguon.samples import iter_documents
from tests.conftest import drop_database, make_database
from tests.integration.cli.running import invoke, run

pytestmark = pytest.mark.database

LOT = "https://id.gs1.org/01/09521105000012/10/L260512B"
SNAPSHOTS = Path(__file__).resolve().parent / "snapshots"


@pytest.fixture(scope="module")
def samples_url(server_url: str, migrated_template: str) -> Iterator[str]:
    """The three sample chains."""
    url = make_database(server_url, migrated_template)
    store = Store.open(url)
    for _, content in iter_documents():
        assert store.capture(read_document(content)).success
    store.close()
    yield url
    drop_database(server_url, url)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("direction", ["up", "down"])
def test_the_tree_reads_as_agreed(samples_url: str, language: str, direction: str) -> None:
    result = invoke("trace", "L260512B", f"--{direction}", database=samples_url, language=language)
    assert result.exit_code == 0, result.output
    path = SNAPSHOTS / f"L260512B-{direction}-{language}.txt"
    assert result.stdout == path.read_text("utf-8")
    assert result.stderr == ""


def test_without_a_direction_both_are_told(samples_url: str) -> None:
    both = invoke("trace", "L260512B", database=samples_url).stdout
    up = invoke("trace", "L260512B", "--up", database=samples_url).stdout
    down = invoke("trace", "L260512B", "--down", database=samples_url).stdout
    assert both == up + down


FORMS = [
    "L260512B",
    "  L260512B\n",
    LOT,
    "https://nguon.example/truy-xuat/01/09521105000012/10/L260512B",
    "urn:epc:class:lgtin:952110500001.0.L260512B",
    "(01)09521105000012(10)L260512B",
    "010952110500001210L260512B",
]


@pytest.mark.parametrize("form", FORMS)
def test_a_code_may_be_written_in_any_form(samples_url: str, form: str) -> None:
    result = invoke("trace", form, "--up", "--json", database=samples_url)
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)[0]["start"] == [LOT]


def test_the_json_answer_is_plain_data(samples_url: str) -> None:
    result = invoke("trace", LOT, "--json", database=samples_url)
    up, down = json.loads(result.stdout)
    assert (up["direction"], down["direction"]) == ("up", "down")
    assert up.keys() == {
        "start", "direction", "items", "containers", "edges", "gaps", "remarks", "truncated",
        "withheld", "findings",
    }  # fmt: skip
    assert "https://id.gs1.org/01/09521113000219/10/GV-2604" in up["items"]
    assert up["items"] == sorted(up["items"])
    assert {edge["kind"] for edge in up["edges"]} == {"transform"}
    assert all(edge["at"].startswith("2026-05-") for edge in up["edges"])
    (gap,) = up["gaps"]
    assert gap["kind"] == "origin_unknown"
    assert (up["truncated"], up["withheld"]) == (False, 0)
    assert "https://id.gs1.org/00/395211052605120011" in down["containers"]


def test_as_known_before_anything_happened_there_is_nothing(samples_url: str) -> None:
    arguments = ("trace", LOT, "--up", "--json", "--as-of")
    early = invoke(*arguments, "2026-05-01", database=samples_url)
    assert early.exit_code == 0
    assert json.loads(early.stdout)[0]["items"] == []
    late = invoke(*arguments, "2027-01-01T00:00:00+07:00", database=samples_url)
    now = invoke("trace", LOT, "--up", "--json", database=samples_url)
    assert json.loads(late.stdout)[0]["items"] == json.loads(now.stdout)[0]["items"] != []


def test_as_recorded_before_the_capture_there_is_nothing(samples_url: str) -> None:
    result = invoke(
        "trace", LOT, "--up", "--json", "--recorded-by", "2020-01-01", database=samples_url
    )
    assert json.loads(result.stdout)[0]["items"] == []


def test_a_declared_error_changes_the_answer_from_its_time_on(samples_url: str) -> None:
    """A receipt named the wrong boxes; it was declared wrong on 17 May at 11:00."""
    answers = {
        moment: json.loads(
            invoke(
                "trace", "L260512C", "--down", "--json", "--as-of", moment, database=samples_url
            ).stdout
        )[0]
        for moment in ("2026-05-17T10:59:59+07:00", "2026-05-17T11:00:00+07:00")
    }
    before, after = answers.values()
    assert before["gaps"] != after["gaps"]
    assert before["containers"] == after["containers"]


@pytest.mark.parametrize("value", ["yesterday", "2026-13-01", "17/05/2026", ""])
def test_a_time_that_is_none_is_wrong_usage(samples_url: str, value: str) -> None:
    result = invoke("trace", LOT, "--as-of", value, database=samples_url)
    assert result.exit_code == 2
    assert "is no time such as" in result.stderr


@pytest.mark.parametrize(("language", "word"), [("vi", "phải là 2"), ("en", "must be 2")])
def test_a_wrong_check_digit_is_told_with_the_right_one(
    samples_url: str, language: str, word: str
) -> None:
    result = invoke("trace", "09521105000013", database=samples_url, language=language)
    assert result.exit_code == 1
    assert word in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "code", ["(01)09521105000013(10)A", "https://id.gs1.org/01/09521105000013"]
)
def test_so_it_is_in_other_forms(samples_url: str, code: str) -> None:
    result = invoke("trace", code, database=samples_url)
    assert result.exit_code == 1
    assert "check digit" in result.stderr


@pytest.mark.parametrize(("language", "word"), [("vi", "Chưa có mã này"), ("en", "not in the")])
def test_a_sound_code_that_nobody_recorded_is_unknown(
    samples_url: str, language: str, word: str
) -> None:
    code = "(01)09521105000012(10)NEVER"
    result = invoke("trace", code, database=samples_url, language=language)
    assert result.exit_code == 1
    assert word in result.stderr
    assert code in result.stderr


def test_a_product_with_several_lots_lists_them(samples_url: str) -> None:
    result = invoke("trace", "09521105000012", database=samples_url)
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert f"  {LOT}" in lines
    assert len(lines) == 4


@pytest.mark.parametrize("code", ["", "   ", "zzz", "\\", "'; drop table", "x" * 5000, "\u202e"])
def test_nonsense_is_refused_in_a_sentence(samples_url: str, code: str) -> None:
    result = invoke("trace", code, database=samples_url)
    assert result.exit_code == 1
    assert result.stderr.strip()
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_trace_without_a_database_ends_with_3() -> None:
    done = run("trace", "L260512B", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 3
    assert done.stderr.startswith(b"eventstore.unreachable: ")


def test_a_tree_written_to_a_file_holds_no_terminal_codes(samples_url: str) -> None:
    done = run("trace", "L260512B", DATABASE_URL=samples_url)
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout
    assert "Trứng gà".encode() in done.stdout
