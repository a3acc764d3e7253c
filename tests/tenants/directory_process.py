"""A process of its own that keeps a directory, as a web process or a worker does: DATABASE_URL is its argument.

For each line `lon lat` on standard input it says the slug that has the point now, on standard output.
"""

import sys
from datetime import UTC, datetime

from sqlalchemy import create_engine

from tenants.directory import Keeper


def main(database_url: str) -> None:
    engine = create_engine(database_url, pool_pre_ping=True)
    keeper = Keeper(engine, lambda: datetime.now(UTC))
    for line in sys.stdin:
        lon, lat = map(float, line.split())
        decision = keeper.current.index.locate(lon, lat, at=datetime.now(UTC))
        sys.stdout.write(f"{decision.slug}\n")
        sys.stdout.flush()
    keeper.stop()
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
