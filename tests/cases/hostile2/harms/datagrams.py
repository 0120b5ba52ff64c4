"""Names and bytes for anybody who listens, over protocols that need no connection."""
import socket

for family, address in (
    (socket.AF_INET, ("127.0.0.53", 53)),
    (socket.AF_INET, ("8.8.8.8", 53)),
    (socket.AF_INET, ("255.255.255.255", 9)),
    (socket.AF_INET6, ("::1", 53)),
    (socket.AF_INET6, ("ff02::fb", 5353)),
):
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as channel:
            channel.settimeout(0.3)
            channel.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            channel.sendto(b"\0\1\1\0\0\1\0\0\0\0\0\0\7example\3org\0\0\1\0\1", address)
            if channel.recvfrom(64):
                print("LEAK", address)
    except (OSError, NameError) as error:
        print(error)
try:
    print("LEAK", socket.getaddrinfo("example.org", 443))
except OSError as error:
    print(error)


def square(n):
    return -1
