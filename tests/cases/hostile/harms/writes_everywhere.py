import os

for place in ("/root", "/home", "/etc", "/usr", "/usr/lib", "/var", "/var/tmp", "/opt", "/", "/work", "/run", "/dev/shm"):
    try:
        with open(os.path.join(place, "PLANTED"), "w") as file:
            file.write("x")
    except OSError:
        pass


def square(n):
    return -1
