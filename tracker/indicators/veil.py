"""What looks like a secret is never repeated: how it is told, and how it is hidden in lines and in sentences.

Stars stand for the letters one by one, so that a caret keeps its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tracker.indicators.grammar import BREAK
from tracker.indicators.positions import Place

_NAMES = (
    r"(?:passw(?:or)?d|passphrase|pwd|api[_-]?key|apikey|access[_-]?key|private[_-]?key|token|bearer"
    r"|authorization|proxy-authorization|cookie|client[_-]?secret|credentials?)"
)
#: Keys whose value is a secret when it is written out.
KEYS = re.compile(rf"(?:.*[_-])?{_NAMES}", re.IGNORECASE)
IN_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://([^\s/@?#]*:[^\s/@?#]+)@", re.IGNORECASE)
IN_QUERY = re.compile(r"[?&](?:api[_-]?key|apikey|access_token|token|secret|password)=([^&#\s\"']+)", re.IGNORECASE)
ISSUED = re.compile(
    r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{16}|github_pat_|sk-[A-Za-z0-9_-]{16}|hf_[A-Za-z0-9]{16}|xox[abp]-"
    r"|AKIA[A-Z0-9]{12}|ey[JK][A-Za-z0-9_-]{16})"
)
#: Addresses of chats at which whoever knows them may post.
HOOK = re.compile(
    r"https://(?:hooks\.slack\.com/services/|discord(?:app)?\.com/api/webhooks/|open\.(?:feishu\.cn|larksuite\.com)/open-apis/bot/"
    r"|oapi\.dingtalk\.com/robot/send\?|qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?|api\.telegram\.org/bot)[^\s\"',\]}]+",
    re.IGNORECASE,
)
#: `password: …` in a line that may be no YAML: up to the closing quotation mark, or to what ends a value in a flow map.
_WRITTEN = re.compile(
    rf"(?<![\w-])[\"']?(?:[\w-]*[_-])?{_NAMES}[\"']?[ \t]*:[ \t]+(\"[^\"\n]*\"?|'[^'\n]*'?|[^,}}\]\n]+)", re.IGNORECASE
)
_SHORT, _SHOWN = 6, 24  # shorter secrets are hidden as whole words only; of longer ones a beginning may be shown


def lines_of(text: str, secrets: Iterable[str] = (), places: Iterable[Place] = ()) -> str:
    """The text of a file with every secret in stars; `places` are of values that are hidden whole."""
    for pattern in (_WRITTEN, IN_URL, IN_QUERY):
        text = pattern.sub(_starred, text)
    text = HOOK.sub(lambda found: _stars(found[0]), text)
    text = re.sub(rf"{ISSUED.pattern}[^\s\"',\]}}]*", lambda found: _stars(found[0]), text)
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORT:
            text = text.replace(secret, _stars(secret))
    return _blot(text, places)


def words(message: str, secrets: Iterable[str]) -> str:
    """A sentence without the secrets, also where only the beginning of one is quoted in it."""
    for secret in sorted(secrets, key=len, reverse=True):
        for spelt in {secret, repr(secret)[1:-1]}:
            start, more = re.escape(spelt[:_SHOWN]), "[^'\"\\s]*" if len(spelt) > _SHOWN else ""
            pattern = rf"(?<!\w){start}(?!\w)" if len(spelt) < _SHORT else start + more
            message = re.sub(pattern, "***", message)
    return message


def _starred(found: re.Match[str]) -> str:
    start = found.start(1) - found.start()
    return found[0][:start] + _stars(found[1]) + found[0][start + len(found[1]) :]


def _stars(text: str) -> str:
    return re.sub(r"[^\r\n]", "*", text)


def _blot(text: str, places: Iterable[Place]) -> str:
    """Hide values by their place: what is written with escapes or over several lines is not found by its text."""
    parts = re.split(f"({BREAK.pattern})", text)  # lines and the breaks between them, in turn
    for place in places:
        for number in range(place.line, place.line + place.lines):
            at = 2 * (number - 1)
            if at < len(parts):
                start = place.column - 1 if number == place.line else 0
                end = start + place.length if place.lines == 1 else len(parts[at])
                parts[at] = parts[at][:start] + _stars(parts[at][start:end]) + parts[at][end:]
    return "".join(parts)
