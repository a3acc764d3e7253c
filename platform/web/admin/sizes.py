"""Ground in words: square metres and square kilometres, as many digits as are known."""

from flask_babel import format_decimal
from flask_babel import gettext as _

A_KM2 = 1_000_000
WHOLE_M2 = 100_000


def ground_words(area_m2: float | None) -> str:
    """ "12,34 km²", or "1.250 m²" below a tenth of a square kilometre; a dash for none."""
    if area_m2 is None:
        return "–"
    if area_m2 < WHOLE_M2:
        return _("%(number)s m²", number=format_decimal(round(area_m2, 1 if area_m2 < 10 else 0)))
    return _("%(number)s km²", number=format_decimal(round(area_m2 / A_KM2, 2)))
