"""A pytest plugin, loaded before the settings are: tests get a home of their own and a database.

`VEREDA_TEST_DATABASE=postgresql` runs the tests that touch rows on a real PostgreSQL, started
here with `initdb` as an unprivileged user on a free port. `VEREDA_TEST_DATABASE_URL` names one
that runs already.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

ROWS = frozenset({"db", "transactional_db"})
UNPRIVILEGED = "nobody"
INITDB_OPTIONS = ("-U", "vereda", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")


def prepare() -> None:
    """Point every VEREDA_ variable that matters at something that is ours alone."""
    home = Path(tempfile.mkdtemp(prefix="vereda-test-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    (home / "static").mkdir()
    wanted = os.environ.get("VEREDA_TEST_DATABASE", "sqlite")
    if wanted == "postgresql" and "VEREDA_TEST_DATABASE_URL" not in os.environ:
        os.environ["VEREDA_TEST_DATABASE_URL"] = start_postgresql()
    for name in [name for name in os.environ if is_ours(name)]:
        del os.environ[name]
    os.environ["VEREDA_HOME"] = str(home)
    os.environ["VEREDA_SECRET_KEY"] = "only-for-tests-" + "x" * 40
    os.environ["VEREDA_DATABASE_URL"] = os.environ.get("VEREDA_TEST_DATABASE_URL", "")
    os.environ["VEREDA_GALLERY"] = "on"


def is_ours(name: str) -> bool:
    """Is it a setting of the product, which tests do not inherit from the developer's shell?"""
    return name.startswith("VEREDA_") and not name.startswith("VEREDA_TEST_")


def start_postgresql() -> str:
    """The URL of a PostgreSQL cluster started for these tests; it ends with them."""
    programs = postgresql_programs()
    if programs is None:
        if os.environ.get("CI"):
            raise SystemExit("PostgreSQL's initdb is missing, and CI must test on PostgreSQL.")
        print("\n*** SKIPPED: no PostgreSQL on this machine; testing on SQLite instead. ***\n")  # noqa: T201
        return ""
    place = Path(tempfile.mkdtemp(prefix="vereda-pg-"))
    as_user = {"user": UNPRIVILEGED} if os.geteuid() == 0 else {}
    if as_user:
        shutil.chown(place, UNPRIVILEGED)
    port = free_port()
    run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": place, **as_user}
    subprocess.run(  # noqa: S603 - the programs are PostgreSQL's own
        [programs / "initdb", "-D", place / "data", *INITDB_OPTIONS],
        **run,  # type: ignore[call-overload]
    )
    options = f"-h 127.0.0.1 -p {port} -k {place} -c fsync=off -c max_connections=60"
    subprocess.run(  # noqa: S603
        [programs / "pg_ctl", "-D", place / "data", "-o", options, "-l", place / "log", "start"],
        **run,  # type: ignore[call-overload]
    )
    atexit.register(stop_postgresql, programs, place, as_user)
    return f"postgresql://vereda@127.0.0.1:{port}/vereda"


def another_database(url: str, name: str) -> str:
    """The URL of a new, empty database of the cluster that `url` points to."""
    address, _, _ = url.rpartition("/")
    programs = postgresql_programs()
    if programs is None:
        raise FileNotFoundError("createdb")
    subprocess.run(  # noqa: S603 - PostgreSQL's own program
        [programs / "createdb", f"--maintenance-db={address}/postgres", name], check=True
    )
    return f"{address}/{name}"


def stop_postgresql(programs: Path, place: Path, as_user: dict[str, str]) -> None:
    """End the cluster that `start_postgresql` began, and remove it."""
    subprocess.run(  # noqa: S603
        [programs / "pg_ctl", "-D", place / "data", "-m", "immediate", "stop"],
        check=False,
        stdout=subprocess.DEVNULL,
        cwd=place,
        **as_user,  # type: ignore[call-overload]
    )
    shutil.rmtree(place, ignore_errors=True)


def postgresql_programs() -> Path | None:
    """The newest folder that holds PostgreSQL's server programs, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).parent)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def free_port() -> int:
    """A port of loopback that nothing listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches rows is run again; SQLite's run had the rest."""
    if os.environ.get("VEREDA_TEST_DATABASE") != "postgresql":
        return
    again = [item for item in items if touches_rows(item)]
    config.hook.pytest_deselected(items=[item for item in items if not touches_rows(item)])
    items[:] = again


def touches_rows(item: pytest.Item) -> bool:
    """Does the test ask for the rows' database?"""
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not ROWS.isdisjoint(fixtures)


prepare()
