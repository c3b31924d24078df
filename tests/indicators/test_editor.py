"""What an editor says of indicators.yaml: a real yaml-language-server with our schema, as people meet it while they type."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from tests.support.command import ROOT
from tracker.indicators import starter

INSTALLED = ROOT / ".venv" / "editor" / "node_modules" / ".bin" / "yaml-language-server"
SHIPPED = (starter.ORIGINALS / "indicators.yaml").read_text(encoding="utf-8")
BROKEN = """\
# yaml-language-server: $schema=./indicators.schema.json
watch: desk
receivers: {folder: {kind: markdown}}
subjects: {acme: {name: Acme, alias: [ACME]}}
indicators:
  growth:
    name: Growth
    unit: x
    rules:
      low: {kind: threshold, fire: "below 10"}
"""


class Editor:
    """The client's half of the protocol, as far as these tests speak it."""

    def __init__(self, command: str, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen([command, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.number = 0
        self.published: dict[str, list[dict[str, Any]]] = {}
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}})
        self._send({"method": "initialized", "params": {}})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def open(self, text: str) -> str:
        """Open a document beside the schema; its URI."""
        file = self.folder / "indicators.yaml"
        file.write_text(text, encoding="utf-8")
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        return file.as_uri()

    def mistakes(self, uri: str) -> list[dict[str, Any]]:
        """What the server underlines in the document."""
        while uri not in self.published:
            self._hear()
        return self.published[uri]

    def hover(self, uri: str, text: str, words: str) -> str:
        """What is shown when the pointer rests on the beginning of these words."""
        line = next(number for number, one in enumerate(text.splitlines()) if words in one)
        column = text.splitlines()[line].index(words)
        place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
        answer = self.ask("textDocument/hover", place)
        return str(answer["contents"]["value"]) if answer else ""

    def ask(self, method: str, params: Any) -> Any:
        """A request and its answer."""
        self.number += 1
        self._send({"id": self.number, "method": method, "params": params})
        while True:
            heard = self._hear()
            if heard.get("id") == self.number and "method" not in heard:
                return heard["result"]

    def _hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while (header := self.process.stdout.readline().strip()) != b"":
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        heard: dict[str, Any] = json.loads(self.process.stdout.read(length))
        if heard.get("method") == "textDocument/publishDiagnostics":
            self.published[heard["params"]["uri"]] = heard["params"]["diagnostics"]
        elif "id" in heard and "method" in heard:  # the server asks for its settings: there are none
            self._send({"id": heard["id"], "result": [None] * len(heard.get("params", {}).get("items", []))})
        return heard

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()


@pytest.fixture(name="editor")
def _editor(tmp_path: Path) -> Iterator[Editor]:
    command = str(INSTALLED) if INSTALLED.exists() else shutil.which("yaml-language-server")
    if command is None or shutil.which("node") is None:
        pytest.skip("yaml-language-server is not here: `make test` installs it where there is npm and a network")
    shutil.copy(starter.ORIGINALS / "indicators.schema.json", tmp_path)
    with Editor(command, tmp_path) as editor:
        yield editor


def test_the_shipped_watch_is_fine_in_an_editor(editor: Editor) -> None:
    """Nothing is underlined."""
    assert editor.mistakes(editor.open(SHIPPED)) == []


def test_a_slip_is_underlined_where_it_stands(editor: Editor) -> None:
    """A key that does not exist, and a condition that is none."""
    found = editor.mistakes(editor.open(BROKEN))

    lines = BROKEN.splitlines()
    marked = {
        lines[one["range"]["start"]["line"]][one["range"]["start"]["character"] : one["range"]["end"]["character"]]
        for one in found
        if one["range"]["start"]["line"] == one["range"]["end"]["line"]
    }
    assert {"alias", '"below 10"'} <= marked, found


@pytest.mark.parametrize(
    ("words", "shown"),
    [("for:", "fires once the breach has lasted this long"), ("aliases:", "Other names, in any script")],
)
def test_a_key_says_what_it_means(editor: Editor, words: str, shown: str) -> None:
    """The texts of the models, on hover."""
    text = BROKEN.replace("alias:", "aliases:").replace('fire: "below 10"', '\n            for: 2d, fire: "< 10"')

    assert shown in editor.hover(editor.open(text), text, words)
