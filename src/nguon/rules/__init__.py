"""Law and standards as dated data, and the one name space of our own vocabulary."""

from __future__ import annotations

from nguon.rules.error import RulesError
from nguon.rules.intervals import Judgement, Treatment, judge_harvest
from nguon.rules.template import Expectation, Kde, Step, Template, YieldRange
from nguon.rules.templates import find_step, load_template, template_for, templates_on

NGUON_VOC = "https://nguon.example/voc/"
"""Our extension vocabulary in events (`nguon:cte`, `nguon:evidence`). A placeholder domain."""

__all__ = [
    "NGUON_VOC",
    "Expectation",
    "Judgement",
    "Kde",
    "RulesError",
    "Step",
    "Template",
    "Treatment",
    "YieldRange",
    "find_step",
    "judge_harvest",
    "load_template",
    "template_for",
    "templates_on",
]
