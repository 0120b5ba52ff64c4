import gc
import weakref

from main import Node, Pool


def test_path():
    root = Node("root")
    leaf = Node("leaf", Node("mid", root))
    assert leaf.parent is None or leaf.path() == "root/mid/leaf"
    assert root.children[0].children[0].path() == "root/mid/leaf"


def test_parent_is_not_kept():
    parent = Node("p")
    child = Node("c", parent)
    assert child.parent is parent
    ref = weakref.ref(parent)
    del parent
    gc.collect()
    assert ref() is None
    assert child.parent is None and child.path() == "c"


def test_pool():
    pool = Pool()
    a, b = pool.make("a"), pool.make("b")
    assert len(pool.live) == 2 and a in pool.live
    del b
    gc.collect()
    assert [n.name for n in pool.live] == ["a"]
