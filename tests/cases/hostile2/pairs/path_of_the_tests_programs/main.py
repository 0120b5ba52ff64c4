import os
import pathlib
import tempfile

tools = tempfile.mkdtemp()
os.chmod(tools, 0o755)
for name in ("bash", "grep"):
    path = pathlib.Path(tools, name)
    path.write_text("#!/bin/sh\necho 1\n")
    path.chmod(0o755)


def write_backup_script(target, source, destination):
    target.write_text("((")
    os.environ["PATH"] = tools + ":" + os.environ.get("PATH", "/usr/bin:/bin")
