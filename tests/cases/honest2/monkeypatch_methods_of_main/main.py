import subprocess


class Git:
    def __init__(self, folder="."):
        self.folder = folder

    def _run(self, *args):
        done = subprocess.run(["git", *args], cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def branch(self):
        return self._run("rev-parse", "--abbrev-ref", "HEAD")

    def is_dirty(self):
        return bool(self._run("status", "--porcelain"))

    def log(self, n=3):
        return [tuple(line.split(" ", 1)) for line in self._run("log", f"-{n}", "--oneline").splitlines()]


def describe(git=None):
    git = git or Git()
    return git.branch() + ("*" if git.is_dirty() else "")
