"""EPCIS in XML, versions 2.0 and 1.2, in and out of the one model that JSON has too.

EPCIS 2.0 section 9 and its XML Schemas; EPCIS 1.2 sections 9 and 11.
"""

from __future__ import annotations

from nguon.epcis.xml.event_writing import Style
from nguon.epcis.xml.identifiers import EpcFormat, translate, translate_id
from nguon.epcis.xml.jobs import (
    CaptureJob,
    Problem,
    read_capture_job,
    write_capture_job,
    write_problem,
)
from nguon.epcis.xml.layout import Version
from nguon.epcis.xml.reading import XmlStream, read_xml
from nguon.epcis.xml.words import CbvFormat
from nguon.epcis.xml.writing import write_query_exception, write_vocabulary_answer, write_xml

__all__ = [
    "CaptureJob",
    "CbvFormat",
    "EpcFormat",
    "Problem",
    "Style",
    "Version",
    "XmlStream",
    "read_capture_job",
    "read_xml",
    "translate",
    "translate_id",
    "write_capture_job",
    "write_problem",
    "write_query_exception",
    "write_vocabulary_answer",
    "write_xml",
]
