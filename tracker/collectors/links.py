"""Links of entries: what may be followed, and what stays of one when it is only to tell entries apart."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

from tracker.collectors.plaintext import JUNK

_LONGEST = 4000
_BREAKS = re.compile(r"[\t\r\n]+")
#: Says where a reader came from, not what the page is.
_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|yclid|msclkid|mc_cid|mc_eid|igshid|spm|scm|cmpid|ref_src|at_medium|at_campaign|ftag|from_rss)=.*"
    r"|f=rss|ref=rss|from=rss|source=rss|feed=rss",
    re.IGNORECASE,
)


def absolute(link: str, base: str) -> str:
    """The link as it can be followed, tracking and all; "" for what is no web page (javascript:, data:, file:)."""
    bare = JUNK.sub("", _BREAKS.sub("", link)).strip().replace(" ", "%20")
    if not bare or len(bare) > _LONGEST:
        return ""
    try:
        found = urljoin(base, bare)
        parts = urlsplit(found)
        return found if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


@lru_cache(maxsize=4096)  # asked several times of each link of a document
def normalised(link: str) -> str:
    """The same text for the same page: no tracking, no fragment, one scheme, no slash at the end."""
    if not link:
        return ""
    parts = urlsplit(link)
    kept = [pair for pair in parts.query.split("&") if pair and not _TRACKING.fullmatch(pair)]
    fragment = parts.fragment if parts.fragment[:1] in ("!", "/") else ""
    host = parts.netloc.lower().removesuffix(":80").removesuffix(":443")
    return urlunsplit(("https", host, parts.path.rstrip("/"), "&".join(kept), fragment))
