"""What of a setting reads otherwise, part by part and in words: of a week's hours the day, of ten promises the one."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from configuration.ledger import Difference
from tenants.working_time import WEEKDAYS
from web.admin.calendar_year import weekday_names
from web.admin.readings import Namer, field_name, is_whole

DEEPEST = 6
PARTS = " › "
Part = tuple[str, str, str]


def particulars(differences: Sequence[Difference], namer: Namer) -> list[Part]:
    """(which part, how it read before, how it reads after) of all that differs, in its order."""
    return [
        (PARTS.join(path), namer.said(before), namer.said(after))
        for one in differences
        for path, before, after in _parts((field_name(one.field),), one.before, one.after)
    ]


def _parts(path: tuple[str, ...], before: Any, after: Any) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if before == after or (before in (None, "", [], {}) and after in (None, "", [], {})):
        return
    if len(path) < DEEPEST and _is_taken_apart(before) and _is_taken_apart(after) and (before or after):
        old, new = before or {}, after or {}
        for key in [*new, *(key for key in old if key not in new)]:
            yield from _parts((*path, _name(key)), old.get(key), new.get(key))
    elif len(path) < DEEPEST and _are_rows(before) and _are_rows(after):
        yield from _rows(path, before, after)
    else:
        yield path, before, after


def _is_taken_apart(value: Any) -> bool:
    return value is None or (isinstance(value, Mapping) and not is_whole(value))


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _rows(
    path: tuple[str, ...], before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Rows with codes are the same row where the code is; others where they read the same."""
    if all("code" in one for one in (*before, *after)):
        old, new = ({one["code"]: one for one in rows} for rows in (before, after))
        for code in [*new, *(code for code in old if code not in new)]:
            one, other = old.get(code), new.get(code)
            if one is None or other is None:
                yield (*path, code), one, other
            else:
                yield from _parts((*path, code), one, other)
        return
    gone, come = [one for one in before if one not in after], [one for one in after if one not in before]
    if not gone and not come:
        yield path, before, after  # only their order
    for one, other in zip_longest(gone, come):
        yield path, one, other


def _name(key: str) -> str:
    if key in WEEKDAYS:
        return weekday_names("wide")[WEEKDAYS.index(key)]
    return field_name(key)
