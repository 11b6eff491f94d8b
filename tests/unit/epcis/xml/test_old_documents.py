"""XML 1.2 to 2.0 to 1.2 loses nothing that 1.2 can say, for a family of documents."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from nguon.epcis.xml import read_xml, write_xml
from tests.unit.epcis.xml.old_documents import documents, said


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(documents)
def test_whatever_1_2_says_comes_back(original: str) -> None:
    old = read_xml(original)
    assert old.accepted, [(f.code, f.pointer, f.value) for f in old.all_faults]
    assert "epcis.xml_not_kept" not in {fault.code for fault in old.all_faults}
    new = write_xml(old, version="2.0")
    again = write_xml(read_xml(new), version="1.2")
    assert said(again) == said(original)


def test_what_is_lost_would_be_seen() -> None:
    document = "<a xmlns='urn:a'><b c=' d '/><extension xmlns=''><e> f </e></extension></a>"
    assert said(document) == [
        ("{urn:a}a", "{urn:a}b", "@c", "d"),
        ("{urn:a}a", "{urn:a}b", ""),
        ("{urn:a}a", "e", "f"),
    ]
    assert said(document.replace("f", "")) != said(document)
    assert said(document.replace("<b c=' d '/>", "")) != said(document)
