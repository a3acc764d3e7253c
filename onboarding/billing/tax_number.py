"""The tax number (NPWP) of a government's office: 16 digits, or 15 as before 2024. Pure."""

from tenants.errors import Invalid

LENGTHS = (15, 16)


def checked(written: str) -> str:
    """Its digits; an empty one stays empty. Raises Invalid."""
    digits = "".join(sign for sign in written if sign not in " .-/")
    if digits and not (digits.isascii() and digits.isdigit() and len(digits) in LENGTHS):
        raise Invalid("A tax number (NPWP) has 15 or 16 digits.", field="tax_number")
    return digits


def shown(digits: str) -> str:
    """As it is written: 01.234.567.8-901.000, or sixteen digits in fours."""
    if len(digits) == 15:
        return f"{digits[:2]}.{digits[2:5]}.{digits[5:8]}.{digits[8]}-{digits[9:12]}.{digits[12:]}"
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
