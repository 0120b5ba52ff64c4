import argparse, ast, collections, csv, decimal, io, itertools, logging, queue, random, subprocess, sys, threading, time, types, os
import xml.etree.ElementTree as ET
from pathlib import Path
import pytest
import main

SRC = "import os\nx = y + 1 + 2\ndef f(a): return g(a)\nasync def h(): pass\n"

def test_visitor():
    v = main.Names(); v.visit(ast.parse(SRC))
    assert v.found == [("x", "Store", 2), ("y", "Load", 2), ("g", "Load", 3), ("a", "Load", 3)]

def test_functions(): assert main.functions(ast.parse(SRC)) == ["f", "h"]

def test_transform():
    tree = ast.fix_missing_locations(main.Fold().visit(ast.parse("x = 1 + 2 + 3", mode="exec")))
    assert ast.unparse(tree) == "x = 6"
    scope = {}
    assert isinstance(tree, ast.Module) and tree.body[0].value.value == 6

BOOKS = "<shop><book price='12.5'><title> A </title></book><book price='3'/><book price='99'/></shop>"
def test_titles(): assert main.titles(ET.fromstring(BOOKS)) == ["A", "?"]
def test_add_price():
    root = ET.fromstring(BOOKS)
    assert main.add_price(root, 2) is root
    assert [b.get("price") for b in root.iter("book")] == ["25.00", "6.00", "198.00"]

def test_parser(capsys):
    p = argparse.ArgumentParser(prog="x")
    assert main.add_arguments(p) is p
    ns = p.parse_args(["--level", "high", "-vv", "a", "b"])
    assert ns == argparse.Namespace(level="high", q=False, v=2, files=[Path("a"), Path("b")])
    with pytest.raises(SystemExit): p.parse_args(["-q", "-v"])
    assert "not allowed with" in capsys.readouterr().err

def test_action():
    p = argparse.ArgumentParser()
    p.add_argument("--name", action=main.Upper)
    assert p.parse_args(["--name", "bob"]).name == "BOB"

def test_rng():
    a, b = random.Random(7), random.Random(7)
    assert main.deal(a, 3) == (b.sample(range(52), 3), b.random())
    assert a.random() == b.random()

def test_csv():
    out = io.StringIO()
    main.write_rows(csv.writer(out, lineterminator="\n"), [[1, "x,y"], [2, None]])
    assert out.getvalue() == 'a,b\n1,"x,y"\n2,\n'
    assert main.read_rows(csv.DictReader(out.getvalue().splitlines())) == [{"a": "1", "b": "x,y"}, {"a": "2", "b": ""}]

def test_queue():
    q = queue.Queue()
    main.fill(q, "abc")
    assert q.qsize() == 3 and main.drain(q) == ["a", "b", "c"] and q.empty()

def test_lock():
    lock = threading.Lock()
    assert main.counted(lock, 3) == (3, False)
    e = threading.Event()
    assert main.wait(e) is False
    e.set()
    assert main.wait(e) is True

def test_logger():
    seen = []
    class H(logging.Handler):
        def emit(self, r): seen.append((r.levelname, r.getMessage(), getattr(r, "n", None)))
    log = logging.Logger("mine"); log.addHandler(H())
    assert main.report(log, -1) == "mine"
    assert seen == [("INFO", "got -1", None), ("ERROR", "negative", -1)]

def test_completed():
    assert main.explain(subprocess.CompletedProcess(["x"], 0, "", "")) == "ok"
    assert main.explain(subprocess.run([sys.executable, "-c", "import sys; sys.exit('bad')"], capture_output=True, text=True)) == "failed: bad"

def test_namespace():
    ns = types.SimpleNamespace(a=1)
    assert main.merge(ns, b=2) == ["a", "b"] and ns.b == 2

def test_collections():
    c = collections.Counter("ab")
    assert main.tally(c, ["b", "b"]) == [("b", 3)] and c["b"] == 3
    d = collections.defaultdict(list)
    main.group(d, [("x", 1), ("y", 2), ("x", 3)])
    assert d == {"x": [1, 3], "y": [2]}
    q = collections.deque([1, 2], maxlen=3)
    assert main.shift(q, 9) == [9, 1, 2] == list(q)

def test_iterators():
    it = itertools.count(5)
    assert main.take(it, 3) == [5, 6, 7] and next(it) == 8
    assert main.take(map(str, range(9)), 2) == ["0", "1"]
    assert main.lines(io.StringIO("a \nb")) == ["a", "b"]

def test_decimal_context():
    assert len(str(main.third(1))) == 30

def test_send():
    def doubler():
        x = yield
        while True: x = yield x * 2
    assert main.sink(doubler()) == [2, 4, 6]
