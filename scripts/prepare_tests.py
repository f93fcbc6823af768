"""What several steps of ./test need, made once: python scripts/prepare_tests.py FOLDER [ADDRESS]

FOLDER/migrated.sqlite3   an empty installation after its migrations
FOLDER/demo               an installation prepared by ./run's start script, rubrics loaded and demo laid
zhiping_migrated          at ADDRESS, a PostgreSQL server: as the first, to copy databases from

Each appears when it is whole. A test run without them makes its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

HERE = Path(__file__).resolve().parents[1]
TEMPLATE = "zhiping_migrated"
PREPARE = f"import sys; sys.path.insert(0, {str(HERE / 'scripts')!r}); import start; start.prepare()"


def run(*words: str, **environment: str) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "ZHIPING_"))}
    subprocess.run([sys.executable, *words], cwd=HERE, env=kept | environment, check=True)


def migrate(address: str) -> None:
    run(
        "manage.py", "migrate", "-v0", "--settings=config.settings.test", ZHIPING_TEST_DATABASE=address
    )  # fmt: skip


def make_sqlite(folder: Path) -> None:
    made = folder / "migrated.part"
    migrate(f"sqlite:///{made}")
    made.rename(folder / "migrated.sqlite3")


def make_postgres(address: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"create database {TEMPLATE}_part")
        migrate(urlunsplit(urlsplit(address)._replace(path=f"/{TEMPLATE}_part")))
        connection.execute(f"alter database {TEMPLATE}_part rename to {TEMPLATE}")


def make_demo(folder: Path) -> None:
    made = folder / "demo.part"
    # without counting a whole hospital: the browser tests ask for none
    run("-c", PREPARE, ZHIPING_VAR=str(made), ZHIPING_DEMO_CHECKS="no")
    made.rename(folder / "demo")


def main() -> int:
    folder = Path(sys.argv[1])
    make_sqlite(folder)
    if len(sys.argv) > 2:
        make_postgres(sys.argv[2])
    make_demo(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
