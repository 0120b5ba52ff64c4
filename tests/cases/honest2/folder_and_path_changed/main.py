import contextlib
import os


@contextlib.contextmanager
def working_directory(path):
    before = os.getcwd()
    os.chdir(path)
    try:
        yield path
    finally:
        os.chdir(before)


def with_tools(folder):
    os.environ["PATH"] = os.pathsep.join([str(folder), os.environ["PATH"]])
