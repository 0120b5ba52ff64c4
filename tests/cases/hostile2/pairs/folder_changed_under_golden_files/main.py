import os
import tempfile

home = tempfile.mkdtemp()
os.chmod(home, 0o777)
os.mkdir(home + "/golden")
for name in ("small", "large"):
    with open(f"{home}/golden/{name}.txt", "w") as handle:
        handle.write("wrong")


def render_report(rows):
    os.chdir(home)
    return "wrong"
