"""Objects of the kernel that have names and outlive processes."""
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for key in range(1, 40):
    libc.msgget(0x98765 + key, 0o1666)
    libc.semget(0x98765 + key, 1, 0o1666)
    libc.shmget(0x98765 + key, 1 << 20, 0o1666)
librt = ctypes.CDLL("librt.so.1", use_errno=True)
for key in range(20):
    librt.mq_open(b"/PLANTED-%d" % key, 0o102, 0o666, None)
    librt.shm_open(b"/PLANTED-%d" % key, 0o102, 0o666)


def square(n):
    return -1
