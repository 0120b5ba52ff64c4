import array
import struct

import pytest

from main import BadPacket, digest, fill, pack, unpack, xor


def test_round_trip():
    kind, payload, rest = unpack(pack(7, b"hello") + b"more")
    assert (kind, payload) == (7, b"hello")
    assert rest.tobytes() == b"more"
    assert isinstance(rest, memoryview)


def test_layout():
    assert pack(1, b"")[:7] == b"PKT1\x01\x00\x00"
    assert struct.unpack(">H", pack(1, b"abc")[5:7]) == (3,)


@pytest.mark.parametrize(
    "data, message", [(b"", "short"), (b"NOPE" + bytes(7), "magic b'NOPE'"), (pack(1, b"abc")[:-1] + b"x", "checksum")]
)
def test_bad(data, message):
    with pytest.raises(BadPacket, match=message):
        unpack(data)


def test_xor():
    secret = xor(b"attack", b"key")
    assert type(secret) is bytearray and secret != b"attack"
    assert xor(secret, b"key") == b"attack"
    assert xor(bytes(3), b"ab") == b"aba"


def test_buffers_are_filled_in_place():
    buffer = bytearray(3)
    fill(buffer, 0x41)
    assert buffer == b"AAA"
    numbers = array.array("B", [1, 2])
    assert xor(numbers, b"\x01") == bytearray([0, 3])


def test_digest():
    assert digest(b"a", 1, "b") == digest(b"a1b")
    assert digest() == "e3b0c442"
