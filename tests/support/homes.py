"""Homes on the small internet: the shipped watch with its sources pointed at loopback."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

from tracker.indicators import starter
from tracker.settings import Home

NEWSROOMS = ("36kr", "tmtpost", "qbitai", "infoq", "ifanr", "techcrunch", "verge", "hackernews")
LABS = ("mistral", "openai_research")


def on_the_world(root: Path, url: str, *, every: str = "1h") -> Home:
    """A home as `init` makes it, its sources those of the world at `url`: newsrooms, two labs, GitHub, Hugging Face."""
    starter.make(root)
    file = root / "indicators.yaml"
    yaml = YAML()
    declared = yaml.load(file.read_text(encoding="utf-8"))
    common = {"every": every, "allow_private": True}
    feeds = {
        **{name: f"{url}/feeds/{name}.xml" for name in NEWSROOMS},
        **{name: f"{url}/feeds/lab/{name}.xml" for name in LABS},
    }
    declared["sources"] = {
        f"feed_{name}": {"kind": "feed", "url": address, "timezone": "Asia/Shanghai", **common}
        for name, address in feeds.items()
    } | {
        "github": {
            "kind": "json", "url": f"{url}/github/orgs/stepfun-ai/repos", "page": {"style": "link"}, "where": "fork == `false`",
            "emit": [{"indicator": "github_stars", "subject": "stepfun", "value": "stargazers_count", "aggregate": "sum"}],
            **common,
        },
        "huggingface": {
            "kind": "json", "url": f"{url}/hf/api/models", "params": {"author": "stepfun-ai"}, "page": {"style": "link"},
            "emit": [{"indicator": "hf_downloads", "subject": "stepfun", "value": "downloads", "aggregate": "sum"}],
            **common,
        },
    }  # fmt: skip
    for indicator in declared["indicators"].values():
        indicator.pop("sources", None)
    with file.open("w", encoding="utf-8") as opened:
        yaml.dump(declared, opened)
    return Home(root, {})
