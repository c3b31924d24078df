"""Where a home is, and what the environment says: every place and every secret is an argument."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.errors import HomeError
from tracker.settings import Home, find_home


@pytest.mark.parametrize(
    ("option", "environ", "found"),
    [
        ("a", {"TRACKER_HOME": "b"}, "a"),
        (None, {"TRACKER_HOME": "b"}, "b"),
        ("", {"TRACKER_HOME": "b"}, "b"),
        (None, {"TRACKER_HOME": ""}, "."),
        (None, {}, "."),
    ],
)
def test_the_option_goes_before_the_variable_before_the_folder(
    option: str | None, environ: dict[str, str], found: str, tmp_path: Path
) -> None:
    """An empty one is none; a home that does not exist yet may be named, and is made absolute."""
    given = {name: str(tmp_path / value) if value else value for name, value in environ.items()}

    home = find_home(str(tmp_path / option) if option else option, given)

    assert home.root == (Path.cwd() if found == "." else tmp_path / found)
    assert home.root.is_absolute()


def test_a_home_is_a_folder(tmp_path: Path) -> None:
    """A file in its place is one clear message."""
    file = tmp_path / "home"
    file.write_text("x", encoding="utf-8")

    with pytest.raises(HomeError, match="the home must be a folder, this is a file") as refused:
        find_home(str(file), {})

    assert str(file) in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_tilde_is_the_users_folder() -> None:
    """As a shell would have it, also where none has looked."""
    assert find_home("~", {}).root == Path.home().resolve()


def test_the_three_places_and_the_database() -> None:
    """One file in `db/`, unless the environment names another database."""
    home = Home(Path("/srv/watch"), {})

    assert (home.declaration, home.alerts, home.db) == (
        Path("/srv/watch/indicators.yaml"),
        Path("/srv/watch/alerts"),
        Path("/srv/watch/db"),
    )
    assert home.database == "sqlite:////srv/watch/db/tracker.sqlite3"
    elsewhere = Home(Path("/srv/watch"), {"TRACKER_DATABASE_URL": "postgresql://desk@db/watch"})
    assert elsewhere.database == "postgresql://desk@db/watch"
    assert Home(Path("/srv/watch"), {"TRACKER_DATABASE_URL": ""}).database == home.database


def test_a_secret_comes_from_the_variable_or_from_the_file_it_names(tmp_path: Path) -> None:
    """The variable first; the end of line of the file is not part of it; without either there is none."""
    file = tmp_path / "secret"
    file.write_text("from-file\n", encoding="utf-8")

    assert Home(tmp_path, {"TRACKER_SMTP_URL": "a", "TRACKER_SMTP_URL_FILE": str(file)}).secret("smtp_url") == "a"
    assert Home(tmp_path, {"TRACKER_SMTP_URL_FILE": str(file)}).secret("SMTP_URL") == "from-file"
    assert (
        Home(tmp_path, {"TRACKER_SMTP_URL": "", "TRACKER_SMTP_URL_FILE": str(file)}).secret("smtp_url") == "from-file"
    )
    assert Home(tmp_path, {"SMTP_URL": "a"}).secret("smtp_url") is None


def test_a_secret_file_that_cannot_be_read_says_which(tmp_path: Path) -> None:
    """Its name and why; never what stands in it."""
    home = Home(tmp_path, {"TRACKER_KEY_FILE": str(tmp_path / "none")})

    with pytest.raises(HomeError, match=r"TRACKER_KEY_FILE: cannot read .*none"):
        home.secret("key")


def test_a_secret_file_that_is_no_text_says_which(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"hunter2\xff")
    home = Home(tmp_path, {"TRACKER_KEY_FILE": str(tmp_path / "key")})

    with pytest.raises(HomeError, match=r"^TRACKER_KEY_FILE: .*key is no text in UTF-8$"):
        home.secret("key")


def test_a_home_never_shows_its_environment() -> None:
    """It is printed in errors and logs, and compared by its place alone."""
    home = Home(Path("/srv/watch"), {"TRACKER_KEY": "hunter2"})

    assert "hunter2" not in repr(home)
    assert home == Home(Path("/srv/watch"), {})
