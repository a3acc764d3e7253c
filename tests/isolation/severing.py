"""Cuts a session's connection, or the whole process, at one statement of many: what SQL was about to be sent isn't."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest


@dataclass
class Severed:
    """at: which statement or commit falls. statements: the beginnings of those that were sent, in their order."""

    at: int
    how: Callable[[psycopg.Connection[Any]], None]
    statements: list[str] = field(default_factory=list)
    thread: int = field(default_factory=threading.get_ident)

    def before(self, connection: psycopg.Connection[Any], statement: object) -> None:
        if threading.get_ident() != self.thread:
            return
        self.statements.append(str(statement)[:60])
        if len(self.statements) == self.at:
            self.how(connection)


@contextmanager
def severed(at: int, how: Callable[[psycopg.Connection[Any]], None]) -> Iterator[Severed]:
    """Count every statement of this thread, the queue's and the commits too, and cut before the `at`-th; 0 for never.

    Commit is counted twice: cut before it is sent, and cut after it was done and before anybody knows.
    """
    cut = Severed(at, how)
    execute, executemany, commit = psycopg.Cursor.execute, psycopg.Cursor.executemany, psycopg.Connection.commit

    def cutting_execute(self: psycopg.Cursor[Any], query: Any, *args: Any, **kwargs: Any) -> Any:
        cut.before(self.connection, query)
        return execute(self, query, *args, **kwargs)

    def cutting_executemany(self: psycopg.Cursor[Any], query: Any, *args: Any, **kwargs: Any) -> Any:
        cut.before(self.connection, query)
        return executemany(self, query, *args, **kwargs)

    def cutting_commit(self: psycopg.Connection[Any]) -> None:
        cut.before(self, "COMMIT")
        commit(self)
        cut.before(self, "after COMMIT")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", cutting_execute)
        patch.setattr(psycopg.Cursor, "executemany", cutting_executemany)
        patch.setattr(psycopg.Connection, "commit", cutting_commit)
        yield cut


def terminating(admin: psycopg.Connection[Any]) -> Callable[[psycopg.Connection[Any]], None]:
    """Let the server end the session's backend, so that the statement fails and the transaction is gone."""

    def end(connection: psycopg.Connection[Any]) -> None:
        pid = connection.info.backend_pid
        admin.pgconn.exec_(f"SELECT pg_terminate_backend({pid}, 5000)".encode())
        if connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            raise psycopg.OperationalError("the connection was cut after the commit")

    return end


def killing(_connection: psycopg.Connection[Any]) -> None:
    """kill -9 of this process."""
    os.kill(os.getpid(), signal.SIGKILL)
