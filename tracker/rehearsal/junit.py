"""A report of rule tests as JUnit XML, which build servers read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from xml.etree import ElementTree

from tracker.rehearsal.judging import Failure
from tracker.rehearsal.running import Report, Result

#: What XML 1.0 cannot hold, not even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report) -> str:
    """One suite per file, one test case per case."""
    root = ElementTree.Element("testsuites", _counts(report.results))
    for file, results in groupby(report.results, key=lambda one: one.file):
        cases = list(results)
        suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(file), **_counts(cases)})
        for one in cases:
            name = _clean(one.loaded.case.test)
            case = ElementTree.SubElement(suite, "testcase", {"classname": _clean(file), "name": name})
            if one.failures:
                parts = ", ".join(dict.fromkeys(headline(failure) for failure in one.failures))
                failure = ElementTree.SubElement(case, "failure", {"type": "difference", "message": _clean(parts)})
                failure.text = _clean("\n".join(line for each in one.failures for line in lines(each)))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def headline(failure: Failure) -> str:
    """What differs, and in which rhythm."""
    words = {
        "ticks": "with more ticks", "halves": "in two halves", "ticks and halves": "with more ticks, in two halves"
    }  # fmt: skip
    if not failure.rhythm:
        return f"{failure.part} differs"
    return f"{failure.part} differs {words[failure.rhythm]} (--seed {failure.seed})"


def lines(failure: Failure) -> list[str]:
    """Want and got side by side: what is common is indented, what differs carries its sign."""
    told = [headline(failure)]
    for sign, own, other in (("- want", failure.want, failure.got), ("+ got ", failure.got, failure.want)):
        told += [f"  {'      ' if line in other else sign}  {line}" for line in own or ("(nothing)",)]
    return told


def _counts(results: Iterable[Result]) -> dict[str, str]:
    found = list(results)
    return {"tests": str(len(found)), "failures": str(sum(bool(one.failures) for one in found)), "errors": "0"}


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
