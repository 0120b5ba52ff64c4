"""Started by the tests, reads and traces the others."""

import ctypes
import os

if __name__ == "__main__":
    libc = ctypes.CDLL(None, use_errno=True)
    others = set(filter(str.isdigit, os.listdir("/proc"))) | {str(os.getppid())}
    for name in others - {str(os.getpid())}:
        for part in ("mem", "environ", "maps", "stack", "syscall", "auxv"):
            try:
                with open(f"/proc/{name}/{part}", "rb") as file:
                    if part != "mem":
                        file.read(10)
                    print("OPENED", name, part)
            except OSError:
                pass
        print("attached", libc.ptrace(16, int(name), 0, 0))
