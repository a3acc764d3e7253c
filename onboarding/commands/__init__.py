"""The commands of `flask`: what an operator or a script does without a browser."""

from collections.abc import Callable

from flask import Flask

from onboarding.commands import archive, billing, boundaries, catalogue, demo, locate, onboard, tenants, worker


def init_commands(
    app: Flask, *, start_database: Callable[[], object] | None, refusals: tuple[type[Exception], ...] = ()
) -> None:
    """Register the commands. start_database: starts the embedded server where one is used.

    refusals: further errors whose message is a sentence for whoever typed the command.
    """
    app.extensions["start_database"] = start_database or (lambda: None)
    app.extensions["refusals"] = refusals
    for module in (archive, billing, boundaries, catalogue, demo, locate, onboard, tenants, worker):
        app.cli.add_command(module.command)
