"""An answer's body, taken in small pieces: bounded before and after unpacking, one layer of gzip, nothing else."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from tracker.errors import SourceError

#: Above this many unpacked bytes, this many times the packed size is a bomb.
_RATIO_FROM = 1 << 20
_RATIO = 200
_PIECE = 1 << 16


def read(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """The whole body, unpacked, or SourceError: too large, cut short, packed in a way that nobody asked for."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return _plain(chunks, limit)
    if encoding in ("gzip", "x-gzip"):
        return _Unpacking(limit).all(chunks)
    raise SourceError(f"the answer is packed as {encoding!r}; only gzip was asked for")


def too_large(limit: int) -> SourceError:
    """The one sentence for all ways of being too large."""
    return SourceError(f"too large: more than {limit / 1_000_000:g} MB")


def _plain(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise too_large(limit)
    return bytes(body)


class _Unpacking:
    def __init__(self, limit: int) -> None:
        self.limit, self.taken, self.body = limit, 0, bytearray()
        self.member = zlib.decompressobj(31)
        self.packed = True  # some servers say gzip and send plain text

    def all(self, chunks: Iterable[bytes]) -> bytes:
        for chunk in chunks:
            if not self.taken and chunk:
                self.packed = chunk[:1] == b"\x1f"
            self.taken += len(chunk)
            if self.packed:
                self._unpack(chunk)
            else:
                self.body += chunk
            self._weigh()
        if self.packed and self.taken and not self.member.eof:
            raise SourceError("cut short: the packed answer ends in the middle")
        return bytes(self.body)

    def _unpack(self, data: bytes) -> None:
        while data:
            if self.member.eof:  # several members one after the other are one body
                self.member = zlib.decompressobj(31)
            try:
                self.body += self.member.decompress(data, _PIECE)
            except zlib.error as error:
                raise SourceError(f"the packed answer is damaged ({error})") from error
            self._weigh()
            data = self.member.unused_data if self.member.eof else self.member.unconsumed_tail

    def _weigh(self) -> None:
        size = len(self.body)
        if size > self.limit or (size > _RATIO_FROM and size > _RATIO * self.taken):
            raise too_large(self.limit)
