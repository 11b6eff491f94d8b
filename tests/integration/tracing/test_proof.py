"""A trace leaves with its events and the proof that they are on the ledger as recorded."""

from __future__ import annotations

import json

from django.test import Client

from nguon.ledger import check_proof
from nguon.proofs.services import close_ledger
from tests.integration.proofs.conftest import ledger_site, sample_template

__all__ = ["ledger_site", "sample_template"]

LOT = "https://id.gs1.org/01/09521105000012/10/L260512B"


def test_an_exported_trace_brings_a_proof_that_holds_until_it_is_touched(
    ledger_site: Client,
) -> None:
    assert "format=proof" not in ledger_site.get("/trace/", {"key": LOT}).content.decode()
    early = ledger_site.get("/trace/", {"key": LOT, "format": "proof"})
    assert (early.status_code, early.json()["errors"][0]["code"]) == (503, "ledger.no_root")

    close_ledger()
    page = ledger_site.get("/trace/", {"key": LOT}).content.decode()
    assert "format=proof" in page
    answer = ledger_site.get("/trace/", {"key": LOT, "format": "proof"})
    assert answer["Content-Disposition"] == 'attachment; filename="nguon-proof-L260512B.json"'
    assert answer["Nguon-Unproved"] == "0"
    shown = ledger_site.get("/trace/", {"key": LOT, "format": "json"}).json()
    told = json.loads(answer.content)
    assert len(told["events"]) >= shown["codes"][LOT]["events"]
    assert check_proof(answer.content).valid

    touched = answer.content.replace(b"L260512B", b"L260512X", 1)
    assert not check_proof(touched).valid
