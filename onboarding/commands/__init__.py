"""The commands of `flask`: what an operator or a script does without a browser."""

from collections.abc import Callable

from flask import Flask

from onboarding.commands import demo, locate, worker


def init_commands(app: Flask, *, start_database: Callable[[], object] | None) -> None:
    """Register the commands. start_database: starts the embedded server where one is used."""
    app.extensions["start_database"] = start_database or (lambda: None)
    app.cli.add_command(demo.demo)
    app.cli.add_command(locate.locate)
    app.cli.add_command(worker.worker)
