"""Types for the parameters of kinds: what is wrong with a URL or an expression is said when the declaration is read."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from tracker.collectors import spans
from tracker.network import objection

_PLAIN_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)


def _url(text: str) -> str:
    if why := objection(text):
        raise ValueError(f"{text!r}: {why}")
    return text


def _url_of_days(text: str) -> str:
    _url(spans.plain(spans.check(text)))
    return text


def _expression(text: str) -> str:
    if _PLAIN_PATH.fullmatch(text):  # most are plain names; the library is loaded for the others only
        return text
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        jmespath.compile(text)
    except JMESPathError as error:
        raise ValueError(f"{text!r} is no JMESPath: {str(error).splitlines()[0].rstrip(':')}") from error
    return text


#: An address that may be asked.
Url = Annotated[str, AfterValidator(_url)]
#: One that may name days: `${since}`.
UrlOfDays = Annotated[str, AfterValidator(_url_of_days)]
#: A JMESPath expression that compiles.
Expression = Annotated[str, AfterValidator(_expression)]
