"""lemon24/reader over the newsrooms, in an environment of its own: `python peer_reader.py URL FOLDER`; one JSON line a pass.

It imports nothing of ours: the interpreter that runs it has reader and nothing else.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.request

PASSES = ("all new", "304", "one new", "plain first", "plain", "rotating first", "rotating")


def main(url: str, folder: str, feeds: int) -> None:
    """Each pass, with its wall clock and processor time."""
    from reader import make_reader

    reader = make_reader(f"{folder}/reader.sqlite")
    for number in range(feeds):
        reader.add_feed(f"{url}/{number}.xml")
    for name in PASSES:
        prepare(url, name)
        wall, cpu = time.perf_counter(), time.process_time()
        reader.update_feeds(scheduled=False, workers=10)
        print(json.dumps([name, time.perf_counter() - wall, time.process_time() - cpu]), flush=True)
    print(json.dumps(["entries", reader.get_entry_counts().total, 0]), flush=True)


def prepare(url: str, name: str) -> None:
    """The newsrooms as this pass finds them."""
    mode = {"all new": "etag", "plain first": "plain", "rotating first": "rotating"}.get(name)
    if mode:
        post(f"{url}/mode?name={mode}")
    if name == "one new":
        post(f"{url}/more")


def post(url: str) -> None:
    """Tell the newsrooms."""
    urllib.request.urlopen(urllib.request.Request(url, method="POST")).read()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
