"""Landlock, seccomp and limits, straight from the kernel through ctypes (Linux).

Runs inside the sandbox too, where nothing of this project can be imported: standard library only,
and without pathlib (5 ms a start). Numbers are of linux/landlock.h, linux/seccomp.h, asm/unistd.h.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import functools
import os
import resource
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # each import costs every start
    from collections.abc import Iterable, Sequence
    from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_SET_SECCOMP = 1, 4, 8, 22
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 36, 38, 47

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH, _NET_PORT = 1, 2  # kinds of rules
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_FILE_ONLY = _EXECUTE | _WRITE_FILE | _READ_FILE | 1 << 14
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_BIND_TCP, _CONNECT_TCP = 1 << 0, 1 << 1
_SCOPE_ABSTRACT, _SCOPE_SIGNAL = 1 << 0, 1 << 1

CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2


def prctl(option: int, *arguments: int) -> None:
    """Raises OSError where the kernel refuses."""
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    _checked(_libc.prctl(option, *padded), f"prctl {option}")


def _checked(result: int, call: str) -> int:
    """The result of a system call; raises OSError for its errors."""
    if result < 0:
        raise OSError(ctypes.get_errno(), call)
    return result


def resource_limits(
    *, cpu_seconds: int, memory_bytes: int, processes: int, file_bytes: int
) -> dict[str, int]:
    """The limits of one process by the end of their names, RLIMIT_…; none above today's."""
    wanted = {
        "CORE": 0,
        "CPU": cpu_seconds,
        "DATA": memory_bytes,
        "FSIZE": file_bytes,
        "NPROC": processes,
        "NOFILE": 512,
    }
    hard = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[1] for name in wanted}
    return {
        name: value if hard[name] == resource.RLIM_INFINITY else min(value, hard[name])
        for name, value in wanted.items()
    }


def limit(**limits: int) -> None:
    """Set the limits of this process and of all it will start; none can be raised again.

    Args:
        limits: as resource_limits takes them.
    """
    for name, value in resource_limits(**limits).items():
        with contextlib.suppress(ValueError):  # macOS refuses some that Linux has
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def become(identity: int, capabilities: Sequence[int] = ()) -> None:
    """Leave root for a user that owns nothing, keeping no more than the capabilities named."""
    if capabilities:
        prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(identity, identity, identity)
    os.setresuid(identity, identity, identity)
    if capabilities:
        mask = sum(1 << number for number in capabilities)
        header = struct.pack("=II", 0x20080522, 0)
        data = struct.pack("=IIIIII", mask, mask, mask, 0, 0, 0)
        _checked(_libc.capset(header, data), "capset")
        for number in capabilities:
            prctl(PR_CAP_AMBIENT, 2, number)


def no_new_privileges() -> None:
    """No program started from here gains rights by being set-user-id."""
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def landlock_version() -> int:
    """The kernel's landlock ABI, 0 where it has none."""
    version = _libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(1))
    return max(int(version), 0)


def landlock(
    readable: Iterable[str], writable: Iterable[str], devices: Iterable[str], ports: Iterable[int]
) -> None:
    """Allow these paths, and TCP on these ports, and nothing else, from now on; raises OSError."""
    version = landlock_version()
    if not version:
        raise OSError("this kernel has no landlock")
    bits = {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)
    everything = (1 << bits) - 1
    network = _BIND_TCP | _CONNECT_TCP if version >= 4 else 0
    scope = _SCOPE_ABSTRACT | _SCOPE_SIGNAL if version >= 6 else 0
    size = 8 if version < 4 else 16 if version < 6 else 24
    attributes = struct.pack("=QQQ", everything, network, scope)[:size]
    made = _libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint(0))
    ruleset = _checked(made, "landlock_create_ruleset")
    try:
        for paths, access in (
            (readable, _READ),
            (writable, everything & ~_IOCTL_DEV),
            (devices, _READ_FILE | _WRITE_FILE | _TRUNCATE),
        ):
            for path in paths:
                _allow_path(ruleset, path, access & everything)
        for port in ports if network else ():
            _add_rule(ruleset, _NET_PORT, struct.pack("=QQ", network, port), str(port))
        _checked(_libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint(0)), "landlock_restrict_self")
    finally:
        os.close(ruleset)


def _allow_path(ruleset: int, path: str, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):
            access &= _FILE_ONLY
        _add_rule(ruleset, _PATH_BENEATH, struct.pack("=Qi", access, descriptor), path)
    finally:
        os.close(descriptor)


def _add_rule(ruleset: int, kind: int, rule: bytes, what: str) -> None:
    result = _libc.syscall(_ADD_RULE, ruleset, kind, rule, ctypes.c_uint(0))
    _checked(result, f"landlock_add_rule {what}")


# System calls that no tested code needs and that lead out of the sandbox, among them memory that
# belongs to no process and what outlives its maker. Name, number on x86_64, number on aarch64.
_TABLE = """
ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271, kcmp 312 272, pidfd_getfd
438 438, process_madvise 440 440, add_key 248 217, request_key 249 218, keyctl 250 219, bpf 321
280, perf_event_open 298 241, userfaultfd 323 282, mount 165 40, umount2 166 39, pivot_root 155
41, chroot 161 51, open_tree 428 428, move_mount 429 429, fsopen 430 430, fsconfig 431 431,
fsmount 432 432, fspick 433 433, mount_setattr 442 442, setns 308 268, unshare 272 97,
init_module 175 105, finit_module 313 273, delete_module 176 106, kexec_load 246 104,
kexec_file_load 320 294, reboot 169 142, swapon 167 224, swapoff 168 225, acct 163 89, quotactl
179 60, syslog 103 116, io_uring_setup 425 425, io_uring_enter 426 426, io_uring_register 427
427, open_by_handle_at 304 265, settimeofday 164 170, clock_settime 227 112, adjtimex 159 171,
clock_adjtime 305 266, sethostname 170 161, setdomainname 171 162, vhangup 153 58, memfd_create
319 279, memfd_secret 447 447, shmget 29 194, semget 64 190, msgget 68 186, mq_open 240 180,
move_pages 279 239, migrate_pages 256 238
"""
_DENIED = {
    name: (int(x86_64), int(aarch64))
    for name, x86_64, aarch64 in (entry.split() for entry in _TABLE.split(","))
}
#: Changes to files by their path that landlock does not see; -1 where a machine has no such call.
#: chmod, fchmodat, fchmodat2, chown, lchown, fchownat, utime, utimes, futimesat, utimensat
_MARKS = (
    *((90, -1), (268, 53), (452, 452), (92, -1), (94, -1), (260, 54)),
    *((132, -1), (235, -1), (261, -1), (280, 88)),
)
#: setxattr, lsetxattr, removexattr, lremovexattr, setxattrat, removexattrat
_ATTRIBUTES = ((188, 5), (189, 6), (197, 14), (198, 15), (463, 463), (466, 466))
_SOCKET, _CLONE, _CLONE3, _IOCTL = (41, 198), (56, 220), (435, 435), (16, 29)
_PRCTL = (157, 167)
#: kill, rt_sigqueueinfo, tkill, tgkill, rt_tgsigqueueinfo, pidfd_send_signal
_SIGNALS = ((62, 129), (129, 138), (200, 130), (234, 131), (297, 240), (424, 424))
#: sendto, sendmsg, sendmmsg, and where in struct seccomp_data their flags are
_SENDS = ((44, 206, 40), (46, 211, 32), (307, 269, 40))
#: setsid, setpgid
_LEAVES_GROUP = ((112, 157), (109, 154))

_AUDIT_ARCH = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_NEW_NAMESPACES = 0x7E020080  # CLONE_NEW* of all kinds, CLONE_NEWTIME among them
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK = 1, 2, 10, 16
_SOCK_STREAM, _TYPE_MASK, _IPPROTO_TCP = 1, 0xF, 6
_MSG_FASTOPEN = 0x20000000

_Instruction = tuple[int, int, int, int]  # operation, skip if so, skip if not, operand
_LOAD, _JEQ, _JGE, _JSET, _AND, _RET = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_NUMBER, _ARCH, _FIRST, _SECOND, _THIRD = 0, 4, 16, 24, 32  # offsets in struct seccomp_data
_ALLOW: _Instruction = (_RET, 0, 0, 0x7FFF0000)
_KILL: _Instruction = (_RET, 0, 0, 0x80000000)


def _refuse(errno: int) -> _Instruction:
    return (_RET, 0, 0, 0x00050000 | errno)


def _when(number: int, block: Sequence[_Instruction]) -> list[_Instruction]:
    """Run the block, which must return, for this system call."""
    return [(_JEQ, 0, len(block), number), *block]


@functools.cache
def filter_program(
    machine: str,
    families: tuple[int, ...],
    *,
    streams_only: bool = False,
    signal_only: int = 0,
    one_group: bool = False,
    no_marks: bool = False,
) -> bytes:
    """Assemble the seccomp program in the kernel's format.

    Args:
        machine: "x86_64" or "aarch64"; KeyError for others.
        families: address families of which sockets may be made.
        streams_only: nothing that landlock does not see: of the families no datagrams and no
            other streams than TCP, and no message that connects by being sent (TCP fast open).
        signal_only: the one process that may be signalled, itself; 0 where signals are confined
            by other means.
        one_group: no process may leave its group, so that a signal to that reaches them all.
        no_marks: modes, owners and times of files stay as they are, though the calls succeed (who
            copies a file copies these too): where the user's own files are in reach by path.
    """
    arch, column = _AUDIT_ARCH[machine]
    code: list[_Instruction] = [(_LOAD, 0, 0, _ARCH), (_JEQ, 1, 0, arch), _KILL]
    code.append((_LOAD, 0, 0, _NUMBER))
    if machine == "x86_64":  # its second set of numbers
        code += [(_JGE, 0, 1, 0x40000000), _refuse(errno.ENOSYS)]
    for numbers in _DENIED.values():
        code += _when(numbers[column], [_refuse(errno.EPERM)])
    code += _when(_CLONE3[column], [_refuse(errno.ENOSYS)])  # its flags lie in memory
    load, second = (_LOAD, 0, 0, _FIRST), (_LOAD, 0, 0, _SECOND)
    answer = _refuse(errno.EPERM)
    code += _when(_CLONE[column], [load, (_JSET, 0, 1, _NEW_NAMESPACES), answer, _ALLOW])
    code += _when(_SOCKET[column], _socket(families, streams_only))
    for sends in _SENDS if streams_only else ():
        fast = [(_LOAD, 0, 0, sends[2]), (_JSET, 0, 1, _MSG_FASTOPEN)]
        code += _when(sends[column], [*fast, _refuse(errno.EOPNOTSUPP), _ALLOW])
    code += _when(
        _IOCTL[column], [second, (_JEQ, 1, 0, _TIOCSTI), (_JEQ, 0, 1, _TIOCLINUX), answer, _ALLOW]
    )
    dumpable = [load, (_JEQ, 0, 3, PR_SET_DUMPABLE), second, (_JEQ, 1, 0, 0), answer, _ALLOW]
    code += _when(_PRCTL[column], dumpable)  # it may be given up, not taken back
    for calls, answered in ((_MARKS, 0), (_ATTRIBUTES, errno.EPERM)) if no_marks else ():
        for numbers in calls:
            if numbers[column] >= 0:
                code += _when(numbers[column], [_refuse(answered)])
    for numbers in _SIGNALS if signal_only else ():
        block = [load, (_JEQ, 1, 0, 0), (_JEQ, 0, 1, signal_only), _ALLOW, answer]
        code += _when(numbers[column], block)
    for numbers in _LEAVES_GROUP if one_group else ():
        code += _when(numbers[column], [answer])
    code.append(_ALLOW)
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _socket(families: Sequence[int], streams_only: bool) -> list[_Instruction]:
    tests = [(_JEQ, len(families) - index, 0, family) for index, family in enumerate(families)]
    block = [(_LOAD, 0, 0, _FIRST), *tests, _refuse(errno.EACCES)]
    if streams_only:
        block += [(_LOAD, 0, 0, _SECOND), (_AND, 0, 0, _TYPE_MASK), (_JEQ, 1, 0, _SOCK_STREAM)]
        block += [_refuse(errno.EACCES), (_LOAD, 0, 0, _THIRD), (_JEQ, 2, 0, 0)]
        block += [(_JEQ, 1, 0, _IPPROTO_TCP), _refuse(errno.EACCES)]
    return [*block, _ALLOW]


def seccomp(families: tuple[int, ...], **options: Any) -> None:
    """Filter the system calls of this process and all it will start; see filter_program."""
    try:
        program = filter_program(os.uname().machine, families, **options)
    except KeyError:
        raise OSError(f"no filter for {os.uname().machine}") from None
    buffer = ctypes.create_string_buffer(program, len(program))
    packed = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    holder = ctypes.create_string_buffer(packed, len(packed))
    prctl(PR_SET_SECCOMP, 2, ctypes.addressof(holder))


if __name__ == "__main__":
    import json

    limit(**json.loads(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
