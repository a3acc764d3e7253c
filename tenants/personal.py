"""The registry of personal data: every column that holds some says so where it is declared.

Tests hold `/privacy` to it (UU PDP 27/2022, articles 31, 32 and 43 to 45), and every column whose name sounds personal,
so that a new one can't be forgotten; the ledger of the settings leaves these columns out.
"""

from dataclasses import dataclass

from sqlalchemy import MetaData


@dataclass(frozen=True)
class Personal:
    """Why a column holds personal data, and when it goes."""

    purpose: str
    until: str


def personal(purpose: str, *, until: str) -> dict[str, Personal]:
    """The `info` of a column that holds personal data."""
    return {"personal": Personal(purpose, until)}


def personal_columns(metadata: MetaData) -> dict[tuple[str, str], Personal]:
    """{(table, column): why and until when} over all tables, in the order of their names."""
    return {
        (table.name, column.name): column.info["personal"]
        for table in sorted(metadata.tables.values(), key=lambda table: table.name)
        for column in table.columns
        if "personal" in column.info
    }
