"""How far a command is, told on standard error where somebody is looking at it, and nowhere else."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

Item = TypeVar("Item")


def watched() -> bool:
    """Whether standard error is a terminal."""
    return sys.stderr.isatty()


def tell(words: str) -> None:
    """Replace the line that stands there; only where it is watched."""
    if watched():
        click.echo(f"\r\x1b[2K{words}", nl=False, err=True)


def counted(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    """The items, while their number is told."""
    tell(f"0 of {total} {what}")
    for number, item in enumerate(items, 1):
        tell("")
        yield item
        tell(f"{number} of {total} {what}")
    tell("")
