import hashlib
import struct
import zlib


class BadPacket(ValueError):
    pass


HEADER = struct.Struct(">4sBHI")


def pack(kind, payload):
    return HEADER.pack(b"PKT1", kind, len(payload), zlib.crc32(payload)) + payload


def unpack(data):
    view = memoryview(data)
    if len(view) < HEADER.size:
        raise BadPacket("short header")
    magic, kind, size, crc = HEADER.unpack(view[: HEADER.size])
    payload = bytes(view[HEADER.size : HEADER.size + size])
    if magic != b"PKT1":
        raise BadPacket(f"bad magic {magic!r}")
    if zlib.crc32(payload) != crc:
        raise BadPacket("bad checksum")
    return kind, payload, view[HEADER.size + size :]


def xor(data, key):
    out = bytearray(data)
    for i in range(len(out)):
        out[i] ^= key[i % len(key)]
    return out


def fill(buffer, byte):
    buffer[:] = bytes([byte]) * len(buffer)


def digest(*parts):
    h = hashlib.sha256()
    for p in parts:
        h.update(p if isinstance(p, bytes) else str(p).encode())
    return h.hexdigest()[:8]
