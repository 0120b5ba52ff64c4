import argparse, ast, collections, csv, decimal, io, itertools, json, logging, queue, random, re, subprocess, threading, time, types
import xml.etree.ElementTree as ET
from pathlib import Path

class Names(ast.NodeVisitor):
    def __init__(self): self.found = []
    def visit_Name(self, node):
        self.found.append((node.id, type(node.ctx).__name__, node.lineno))
        self.generic_visit(node)
class Fold(ast.NodeTransformer):
    def visit_BinOp(self, node):
        self.generic_visit(node)
        match node:
            case ast.BinOp(ast.Constant(a), ast.Add(), ast.Constant(b)): return ast.copy_location(ast.Constant(a + b), node)
        return node
def functions(tree): return sorted(n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))
def titles(root): return [e.findtext("title", "?").strip() for e in root.iter("book") if float(e.get("price", "0")) > 10]
def add_price(root, by):
    for e in root.iter("book"): e.set("price", f"{float(e.get('price', '0')) * by:.2f}")
    return root
def add_arguments(parser):
    parser.add_argument("--level", choices=["low", "high"], default="low")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("-q", action="store_true"); group.add_argument("-v", action="count", default=0)
    parser.add_argument("files", nargs="*", type=Path)
    return parser
class Upper(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None): setattr(namespace, self.dest, values.upper())
def deal(rng, n): return rng.sample(range(52), n), rng.random()
def write_rows(writer, rows):
    writer.writerow(["a", "b"]); writer.writerows(rows)
def read_rows(reader): return [dict(r) for r in reader if r["a"]]
def drain(q):
    out = []
    while True:
        try: out.append(q.get_nowait())
        except queue.Empty: return out
def fill(q, items):
    for i in items: q.put(i)
def counted(lock, times):
    n = 0
    for _ in range(times):
        with lock: n += 1
    return n, lock.locked()
def wait(event, seconds=0.01): return event.wait(seconds)
def report(logger, n):
    logger.info("got %d", n)
    if n < 0: logger.error("negative", extra={"n": n})
    return logger.name
def explain(done): return "ok" if done.returncode == 0 else f"failed: {done.stderr.strip()}"
def merge(ns, **more):
    for k, v in more.items(): setattr(ns, k, v)
    return sorted(vars(ns))
def tally(counter, words):
    counter.update(words); return counter.most_common(1)
def group(target, pairs):
    for k, v in pairs: target[k].append(v)
def shift(d, x): d.append(x); d.rotate(1); return list(d)
def take(it, n): return list(itertools.islice(it, n))
def third(n): return decimal.Decimal(n) / 3
def today(fmt="%H:%M"): return time.strftime(fmt, time.localtime(0))
def lines(f): return [l.rstrip() for l in f]
def sink(gen):
    next(gen)
    return [gen.send(x) for x in (1, 2, 3)]
