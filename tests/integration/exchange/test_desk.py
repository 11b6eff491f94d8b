"""The sender's pages: what was sent, what was refused and with which line, a file tried or sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nguon.accounts.models import Member
from nguon.epcis import read_document
from nguon.parts.engine import get_store
from tests.conftest import drop_database, make_database
from tests.integration.exchange.samples import make_document, make_event, write
from tests.integration.web.site import connected, sample_template

__all__ = ["sample_template"]

MAKER = "https://id.gs1.org/417/9521105000012"
OTHER = "https://id.gs1.org/417/9521301000014"


@pytest.fixture
def office(server_url: str, sample_template: str, django_db_blocker) -> Iterator[str]:
    url = make_database(server_url, sample_template)
    with django_db_blocker.unblock(), connected(url):
        yield url
    drop_database(server_url, url)


def sign_in(role: str, organisation: str = MAKER) -> Client:
    user = get_user_model().objects.create_user(f"{role}-{uuid4().hex[:6]}", password=None)
    Member.objects.create(user=user, organisation=organisation, role=role)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def upload(client: Client, content: bytes, do: str, **more: str):
    file = SimpleUploadedFile("events.jsonld", content, "application/ld+json")
    return client.post("/desk/captures/file", {"file": file, "do": do, **more})


def bad_document() -> bytes:
    good, bad = make_event(), make_event(bizStep="no such step", eventID=None)
    return write(make_document(good, bad))


@pytest.mark.usefixtures("office")
class TestSendersPages:
    def test_a_file_is_tried_and_nothing_is_stored(self) -> None:
        client = sign_in("recorder")
        before = len(get_store().jobs(100))
        answer = upload(client, bad_document(), "try")
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "1 of 2 events would be refused" in page
        assert "no such step" in page
        assert len(get_store().jobs(100)) == before

    def test_a_sent_file_has_a_page_with_the_offending_line(self) -> None:
        client = sign_in("recorder")
        answer = upload(client, bad_document(), "send", proceed="1")
        assert answer.status_code == 302
        page = client.get(answer["Location"]).content.decode()
        assert "1 event was refused" in page
        assert 'class="excerpt"' in page
        assert "no such step" in page
        assert get_store().jobs(1)[0].sender == MAKER

    def test_without_proceed_one_bad_event_holds_all_back_and_the_page_says_so(self) -> None:
        client = sign_in("recorder")
        page = client.get(upload(client, bad_document(), "send")["Location"]).content.decode()
        assert "1 event was refused, so none was recorded" in page

    def test_the_list_holds_ones_own_sendings_alone(self) -> None:
        mine, theirs = sign_in("recorder"), sign_in("owner", OTHER)
        upload(mine, write(make_document(make_event())), "send")
        job = get_store().jobs(1)[0].id
        assert str(job) in mine.get("/desk/captures/").content.decode()
        assert str(job) not in theirs.get("/desk/captures/").content.decode()
        for address in (f"/desk/captures/{job}/", f"/desk/captures/{job}/events.csv"):
            assert mine.get(address).status_code == 200
            assert theirs.get(address).status_code == 404
        assert theirs.get("/desk/captures/", {"sender": MAKER}).status_code == 403
        assert str(job) in sign_in("officer", "").get("/desk/captures/").content.decode()

    def test_older_sendings_are_a_page_away(self) -> None:
        client = sign_in("recorder")
        sent = []
        for _ in range(32):
            get_store().capture(
                read_document(write(make_document(make_event()))),
                sender=MAKER,
            )
            sent.append(str(get_store().jobs(1)[0].id))
        first = client.get("/desk/captures/")
        assert [str(row.id) for row in first.context["rows"]] == sent[:1:-1]
        older = client.get("/desk/captures/" + first.context["older"])
        assert [str(row.id) for row in older.context["rows"]] == sent[1::-1]

    def test_results_come_as_a_table_that_runs_nothing(self) -> None:
        client = sign_in("owner")
        bad = make_event(eventID="=cmd|' /C calc'!A0")
        address = upload(client, write(make_document(bad)), "send")["Location"]
        answer = client.get(address + "events.csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[0][:3] == ["position", "result", "eventID"]
        assert rows[1][1] == "refused"
        assert not any(cell.startswith("=") for row in rows for cell in row)

    def test_who_may_not_send_may_still_try(self) -> None:
        client = sign_in("viewer")
        page = client.get("/desk/captures/file").content.decode()
        assert 'value="try"' in page
        assert 'value="send"' not in page
        assert upload(client, bad_document(), "send", sender=MAKER).status_code == 403

    def test_nobody_sends_for_another_organisation(self) -> None:
        answer = upload(sign_in("owner"), write(make_document(make_event())), "send", sender=OTHER)
        assert answer.status_code == 403

    @pytest.mark.parametrize("content", [b"{", b"<a", b"\xff\xfe\x00", b"[]", b"null"])
    def test_what_is_no_document_is_told_so(self, content: bytes) -> None:
        answer = upload(sign_in("owner"), content, "try")
        assert answer.status_code == 400
        assert "exchange." in answer.content.decode() or "epcis." in answer.content.decode()

    def test_no_file_is_told_so(self) -> None:
        answer = sign_in("owner").post("/desk/captures/file", {"do": "try"})
        assert answer.status_code == 400
        assert "exchange.file_missing" in answer.content.decode()

    def test_an_unknown_capture_is_not_found_and_strangers_sign_in_first(self) -> None:
        assert sign_in("owner").get(f"/desk/captures/{UUID(int=7)}/").status_code == 404
        assert Client().get("/desk/captures/").status_code == 302

    @pytest.mark.parametrize(
        "query", ["before=x", "before=2026-01-01 x", "after=x&show=y", "after=-9"]
    )
    def test_what_cannot_be_read_begins_at_the_first_page(self, query: str) -> None:
        client = sign_in("owner")
        address = upload(client, write(make_document(make_event())), "send")["Location"]
        assert client.get(f"{address}?{query}").status_code == 200
        assert client.get(f"/desk/captures/?{query}").status_code == 200
