"""Addresses and numbers of people, checked and in one written form."""

import re

import phonenumbers

from tenants.errors import Invalid

COUNTRY = "ID"
MOBILE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def checked_email(written: str | None, *, field: str = "email") -> str | None:
    """The address without blanks around it, None for nothing. Raises Invalid for what can't be one."""
    email = (written or "").strip()
    if not email:
        return None
    if len(email) > 254 or not re.fullmatch(r"[^\s@<>,;:\"\\]+@[^\s@<>,;:\"\\]+\.[^\s@<>,;:\"\\.]{2,}", email):
        raise Invalid("This e-mail address can't be right. An example: nama@contoh.id.", field=field)
    return email


def checked_phone(written: str | None, *, field: str = "phone") -> str | None:
    """The number as +62…, None for nothing: 0812… and +62 812… are the same. Raises Invalid for what can't be one."""
    phone = (written or "").strip()
    if not phone:
        return None
    try:
        number = phonenumbers.parse(phone, COUNTRY)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Invalid("This telephone number can't be right. An example: 0812 3456 7890.", field=field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def checked_contact(written: str | None, *, field: str = "contact") -> tuple[str | None, str | None]:
    """(e-mail address, telephone number) of one field for both. Raises Invalid for what can be neither."""
    contact = (written or "").strip()
    if "@" in contact:
        return checked_email(contact, field=field), None
    if contact and not any(character.isdigit() for character in contact):
        raise Invalid("Write a WhatsApp number such as 0812 3456 7890, or an e-mail address.", field=field)
    return None, checked_phone(contact, field=field)


def is_mobile(phone: str) -> bool:
    """Whether a number, +62…, is an Indonesian mobile one: others can cost many times as much to write to."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return False
    kind = phonenumbers.number_type(number)
    return phonenumbers.region_code_for_number(number) == COUNTRY and kind in MOBILE


def checked_line(written: str | None, *, field: str = "phone") -> str | None:
    """A body's number: as `checked_phone`, or the short one of a service (123, 1500 123), without its spaces."""
    digits = re.sub(r"[\s-]", "", written or "")
    return digits if re.fullmatch(r"1\d{2,6}", digits) else checked_phone(written, field=field)
