from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter


@dataclass(eq=False)
class Task:
    title: str
    priority: int = 0
    done: bool = False
    tags: set = field(default_factory=set)

    def __lt__(self, other):
        return (-self.priority, self.title) < (-other.priority, other.title)


class TaskList:
    def __init__(self, tasks=()):
        self.tasks = list(tasks)

    def add(self, title, *tags, priority=0):
        task = Task(title, priority, tags=set(tags))
        self.tasks.append(task)
        return task

    def next(self):
        return min((t for t in self.tasks if not t.done), default=None)

    def by_tag(self, tag):
        return [t for t in self.tasks if tag in t.tags]

    def by_priority(self):
        ordered = sorted(self.tasks, key=attrgetter("priority"))
        return {p: [t.title for t in g] for p, g in groupby(ordered, attrgetter("priority"))}

    def __iter__(self):
        return iter(sorted(self.tasks))

    def __contains__(self, task):
        return any(t is task for t in self.tasks)
