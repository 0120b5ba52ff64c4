"""The system call filter, read as the kernel reads it."""

from __future__ import annotations

import struct

import pytest

from provisioner.sandbox import kernel

_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_CLONE = {"x86_64": 56, "aarch64": 220}
_PTRACE = {"x86_64": 101, "aarch64": 117}
_KILL_CALL = {"x86_64": 62, "aarch64": 129}
_PRCTL = {"x86_64": 157, "aarch64": 167}
_READ = {"x86_64": 0, "aarch64": 63}


def verdict(program: bytes, machine: str, number: int, *arguments: int, arch: int = 0) -> int:
    """Interpret the few instructions of classic BPF that the filter is made of."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("=IIQ6Q", number, arch or _ARCH[machine], 0, *padded)
    code = list(struct.iter_unpack("=HBBI", program))
    at = accumulator = 0
    while True:
        operation, yes, no, operand = code[at]
        at += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, operand)
            case 0x54:
                accumulator &= operand
            case 0x15:
                at += yes if accumulator == operand else no
            case 0x35:
                at += yes if accumulator >= operand else no
            case 0x45:
                at += yes if accumulator & operand else no
            case 0x06:
                return int(operand)
            case _:
                raise AssertionError(f"unknown instruction {operation:#x}")


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request: pytest.FixtureRequest) -> str:
    return request.param  # type: ignore[no-any-return]  # one of the two


def test_ordinary_calls_pass(machine: str) -> None:
    program = kernel.filter_program(machine, ())
    assert verdict(program, machine, _READ[machine]) == _ALLOW
    assert verdict(program, machine, _CLONE[machine], 0x11) == _ALLOW  # a plain fork
    assert verdict(program, machine, _KILL_CALL[machine], 5, 9) == _ALLOW


def test_calls_of_another_machine_end_the_process(machine: str) -> None:
    program = kernel.filter_program(machine, ())
    assert verdict(program, machine, _READ[machine], arch=0x40000003) == _KILL


def test_the_second_set_of_numbers_is_refused() -> None:
    program = kernel.filter_program("x86_64", ())
    assert verdict(program, "x86_64", 0x40000000 | 101) & 0x7FFF0000 == _ERRNO


def test_what_leads_out_is_refused(machine: str) -> None:
    program = kernel.filter_program(machine, ())
    column = 0 if machine == "x86_64" else 1
    for numbers in kernel._DENIED.values():
        assert verdict(program, machine, numbers[column]) == _ERRNO | 1
    assert verdict(program, machine, _PTRACE[machine]) == _ERRNO | 1


def test_no_process_makes_namespaces(machine: str) -> None:
    program = kernel.filter_program(machine, ())
    assert verdict(program, machine, _CLONE[machine], 0x10000000 | 0x11) == _ERRNO | 1
    assert verdict(program, machine, 435) == _ERRNO | 38  # clone3: its flags cannot be read


@pytest.mark.parametrize("families", [(), (1,), (1, 2, 10, 16)])
def test_sockets_of_the_families_given_and_no_other(
    machine: str, families: tuple[int, ...]
) -> None:
    program = kernel.filter_program(machine, families)
    for family in range(45):
        expected = _ALLOW if family in families else _ERRNO | 13
        assert verdict(program, machine, _SOCKET[machine], family, 1) == expected


def test_where_asked_streams_but_no_datagrams(machine: str) -> None:
    program = kernel.filter_program(machine, (2, 10), streams_only=True)
    assert verdict(program, machine, _SOCKET[machine], 2, 1 | 0o2000000) == _ALLOW
    assert verdict(program, machine, _SOCKET[machine], 2, 2) == _ERRNO | 13
    assert verdict(program, machine, _SOCKET[machine], 1, 1) == _ERRNO | 13


def test_where_asked_no_streams_that_landlock_does_not_see(machine: str) -> None:
    program = kernel.filter_program(machine, (2,), streams_only=True)
    for protocol in range(300):
        expected = _ALLOW if protocol in (0, 6) else _ERRNO | 13  # 132 is SCTP, 262 is MPTCP
        assert verdict(program, machine, _SOCKET[machine], 2, 1, protocol) == expected


def test_where_asked_no_message_connects(machine: str) -> None:
    program = kernel.filter_program(machine, (2,), streams_only=True)
    sendto, sendmsg, sendmmsg = (44, 46, 307) if machine == "x86_64" else (206, 211, 269)
    fast, quiet = 0x20000000, 0x4000  # MSG_FASTOPEN, MSG_NOSIGNAL
    for number, before in ((sendto, 3), (sendmsg, 2), (sendmmsg, 3)):
        zeros = [0] * before
        assert verdict(program, machine, number, *zeros, quiet) == _ALLOW
        assert verdict(program, machine, number, *zeros, fast | quiet) == _ERRNO | 95


def test_where_asked_no_signal_but_to_itself(machine: str) -> None:
    program = kernel.filter_program(machine, (), signal_only=77)
    assert verdict(program, machine, _KILL_CALL[machine], 77, 9) == _ALLOW
    assert verdict(program, machine, _KILL_CALL[machine], 0, 9) == _ALLOW
    assert verdict(program, machine, _KILL_CALL[machine], 78, 9) == _ERRNO | 1
    assert verdict(program, machine, _KILL_CALL[machine], 2**32 - 1, 9) == _ERRNO | 1


def test_where_asked_files_keep_their_marks(machine: str) -> None:
    program = kernel.filter_program(machine, (), no_marks=True)
    column = 0 if machine == "x86_64" else 1
    for numbers in kernel._MARKS:
        if numbers[column] >= 0:
            assert verdict(program, machine, numbers[column]) == _ERRNO  # as if it were done
            assert verdict(kernel.filter_program(machine, ()), machine, numbers[column]) == _ALLOW
    for numbers in kernel._ATTRIBUTES:
        assert verdict(program, machine, numbers[column]) == _ERRNO | 1


def test_being_dumpable_can_be_given_up_and_not_taken_back(machine: str) -> None:
    program = kernel.filter_program(machine, ())
    assert verdict(program, machine, _PRCTL[machine], 4, 0) == _ALLOW
    assert verdict(program, machine, _PRCTL[machine], 4, 1) == _ERRNO | 1
    assert verdict(program, machine, _PRCTL[machine], 38, 1) == _ALLOW
