"""How far a command is, told on standard error where somebody is looking at it, and nowhere else."""

import sys

import click


def watched() -> bool:
    """Whether standard error is a terminal."""
    return sys.stderr.isatty()


def tell(words: str) -> None:
    """Replace the line that stands there; only where it is watched."""
    if watched():
        click.echo(f"\r\x1b[2K{words}", nl=False, err=True)
