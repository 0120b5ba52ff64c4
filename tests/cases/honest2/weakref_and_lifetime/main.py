import weakref


class Node:
    def __init__(self, name, parent=None):
        self.name = name
        self._parent = weakref.ref(parent) if parent else None
        self.children = []
        if parent:
            parent.children.append(self)

    @property
    def parent(self):
        return self._parent() if self._parent else None

    def path(self):
        return (self.parent.path() + "/" if self.parent else "") + self.name


class Pool:
    def __init__(self):
        self.live = weakref.WeakSet()

    def make(self, name):
        node = Node(name)
        self.live.add(node)
        return node
