"""Addresses and numbers, checked and in one written form."""

import pytest

from people.contacts import checked_email, checked_phone
from tenants.errors import Invalid


@pytest.mark.parametrize("written", ["ani@warga.example", " ani@warga.example ", "a.b+c@x-y.co.id", "ä@ü.example"])
def test_an_address_is_kept_without_blanks(written: str) -> None:
    assert checked_email(written) == written.strip()


@pytest.mark.parametrize("nothing", [None, "", "   "])
def test_nothing_is_none(nothing: str | None) -> None:
    assert checked_email(nothing) is None
    assert checked_phone(nothing) is None


@pytest.mark.parametrize(
    "written",
    [
        "ani", "ani@", "@warga.example", "ani@warga", "ani@warga.e", "a b@warga.example", "ani@warga.example, b@c.de",
        "Ani <ani@warga.example>", "ani@warga.example\nBcc: x@y.zz", "a@b@c.example", "ani@warga..",
        "x" * 250 + "@a.bc",
    ],
)  # fmt: skip
def test_what_can_be_no_address_is_refused_by_its_field(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_email(written, field="contact.email")
    assert refused.value.field == "contact.email"


@pytest.mark.parametrize(
    "written", ["0812 3456 7890", "081234567890", "+62 812-3456-7890", "62 812 3456 7890", "(0812) 3456.7890"]
)
def test_one_number_has_one_form(written: str) -> None:
    assert checked_phone(written) == "+6281234567890"


def test_a_foreign_number_keeps_its_country() -> None:
    assert checked_phone("+49 30 1234567") == "+49301234567"


@pytest.mark.parametrize("written", ["112", "abc", "0812", "+62", "08123456789012345678"])
def test_what_can_be_no_number_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_phone(written)
    assert refused.value.field == "phone"
