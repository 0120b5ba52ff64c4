import socket

for family, address in (
    (socket.AF_INET, ("127.0.0.1", 80)),
    (socket.AF_INET, ("1.1.1.1", 53)),
    (socket.AF_UNIX, "CANARY_SOCKET"),
    (socket.AF_UNIX, "/var/run/docker.sock"),
    (socket.AF_UNIX, "/run/docker.sock"),
    (socket.AF_UNIX, "\0CANARY_ABSTRACT"),
):
    try:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(0.3)
            connection.connect(address)
            print("LEAK", address)
    except (OSError, NameError) as error:
        print(error)


def square(n):
    return -1
