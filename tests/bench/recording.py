"""What `statements.record` starts: `python -m tests.bench.recording`.

Reads requests from standard input, one JSON document a line, sends them to the product in this process, and writes the
statements of each, pickled, to standard output.
"""

import json
import pickle
import sys
from typing import Any

from sqlalchemy import Engine, event

from tests.bench.statements import Statements
from wsgi import app


def main() -> None:
    office = app.extensions["office"]
    office.directory  # noqa: B018 - so that no request builds it
    office.keeper.stop()
    client = app.test_client()
    recorded: list[Statements] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:
        recorded[-1].append((sql, [dict(row) for row in parameters] if many else [dict(parameters)]))

    for line in sys.stdin:
        recorded.append([])
        request = json.loads(line)
        origin, path = request.pop("origin"), request.pop("path")
        answer = client.open(path, base_url=origin, headers={"Origin": origin}, **request)
        if answer.status_code >= 400:
            raise RuntimeError(answer.get_data(as_text=True))
    sys.stdout.buffer.write(pickle.dumps(recorded))


if __name__ == "__main__":
    main()
