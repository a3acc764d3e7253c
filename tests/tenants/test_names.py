"""What names say, asked of a server over the wire."""

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.errors import Unavailable
from tenants.names import DnsResolver, _answers, _question
from tests.tenants.name_server import name_server

LONG = "v=spf1 " + " ".join(f"ip4:192.0.2.{one}" for one in range(60)) + " ~all"
ZONE = {
    ("_aduan.lapor.example", "TXT"): ["aduan=abc", "other"],
    ("lapor.example", "CNAME"): ["bogor.aduan.example"],
    ("bogor.aduan.example", "A"): ["192.0.2.7"],
    ("bogor.aduan.example", "AAAA"): ["2001:db8::7"],
    ("example", "TXT"): [LONG],
}


def test_each_kind_is_read_and_a_long_answer_is_asked_for_again() -> None:
    with name_server(ZONE) as address:
        names = DnsResolver([("127.0.0.1", 9), address], timeout_s=0.5)
        assert names.look_up("_aduan.lapor.example", "TXT") == ["aduan=abc", "other"]
        assert names.look_up("lapor.example", "CNAME") == ["bogor.aduan.example"]
        assert names.look_up("bogor.aduan.example", "A") == ["192.0.2.7"]
        assert names.look_up("bogor.aduan.example", "AAAA") == ["2001:db8::7"]
        assert names.look_up("lapor.example", "TXT") == []
        assert names.look_up("nowhere.example", "TXT") == []
        assert names.look_up("example", "TXT") == [LONG]


def test_nobody_answering_is_said() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable):
            DnsResolver([silent.getsockname()], timeout_s=0.05).look_up("example", "TXT")


@given(st.binary(max_size=80))
def test_whatever_comes_back_it_ends_and_is_an_answer_or_an_error(rest: bytes) -> None:
    question = _question("lapor.example", "TXT")
    try:
        found = _answers(question[:2] + b"\x81\x80\x00\x01\x00\x05\x00\x00\x00\x00" + rest, question, 16)
    except (ValueError, IndexError, struct.error):
        return  # what the client tries the next server for
    assert all(isinstance(one, str) for one in found)
