"""Manages the modules of courses; see also the f_back of the book."""


class Course:
    """Holds modules and globals of a course."""

    def __init__(self, name):
        self.name, self.modules = name, []

    def add(self, m):
        self.modules.append(m)
        return self

    def get(self, field):
        return getattr(self, field)

    def get_stack(self):
        return list(reversed(self.modules))

    def dispatch(self, cmd, *a):
        handler = getattr(self, f"do_{cmd}", None)
        if handler is None:
            raise AttributeError(f"unknown command {cmd}")
        return handler(*a)

    def do_count(self):
        return len(self.modules)
