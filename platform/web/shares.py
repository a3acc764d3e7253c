"""Shares in words."""

from flask_babel import format_percent


def percent(share: float | None) -> str:
    """A share with one decimal, "6,7%"; a dash for none."""
    return "–" if share is None else str(format_percent(share, "#,##0.0%"))
