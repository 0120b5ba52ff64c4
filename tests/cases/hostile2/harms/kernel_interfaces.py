"""Asks the kernel for what generated code has no use for: bpf, io_uring, userfaultfd, keys, perf."""
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
block = ctypes.create_string_buffer(256)
for name, number, arguments in (
    ("bpf", 321, (0, block, 72)),
    ("userfaultfd", 323, (0,)),
    ("perf_event_open", 298, (block, 0, -1, -1, 0)),
    ("open_by_handle_at", 304, (-100, block, 0)),
    ("kexec_load", 246, (0, 0, 0, 0)),
    ("init_module", 175, (block, 256, block)),
    ("settimeofday", 164, (block, 0)),
    ("sethostname", 170, (b"other", 5)),
    ("mount", 165, (b"none", b"/tmp", b"tmpfs", 0, 0)),
    ("chroot", 161, (b"/",)),
):
    if libc.syscall(number, *arguments) >= 0:
        print("GAINED", name)


def square(n):
    return -1
