"""Runs one suite against one main.py and reports on the descriptor it was given."""

import ast, asyncio, inspect, io, json, os, random, sys, traceback, types, unittest

job = json.load(sys.stdin)
folder = os.getcwd()
out = os.dup(1)
os.dup2(2, 1)
for name, text in job["code"].items():
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="latin-1", newline="") as file:
        file.write(text)
sys.path.append(folder)
counter = [0]
results = []


def record(name, error=None, skipped=False, before=0):
    outcome = "skipped" if skipped else "failed" if error else "passed"
    kind = type(error).__name__ if error else ""
    message = "".join(traceback.format_exception(error))[-4000:] if error else ""
    results.append([name, outcome, kind, message, counter[0] - before])


def report(**more):
    os.write(out, b"")
    data = json.dumps({"tests": results, **more}).encode()
    while data:
        data = data[os.write(out, data) :]
    os._exit(0)


class Count(ast.NodeTransformer):
    def bump(self, node):
        call = ast.Call(ast.Name("@count", ast.Load()), [], [])
        return ast.copy_location(ast.Expr(call), node)

    def visit_Assert(self, node):
        if isinstance(node.test, ast.Constant) and node.test.value:
            return node
        return [self.bump(node), node]

    def visit_Expr(self, node):
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            if call.func.attr.startswith("assert"):
                return [self.bump(node), node]
        return node

    def visit_With(self, node):
        self.generic_visit(node)
        for item in node.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                if call.func.attr.startswith("assert") or call.func.attr in ("raises", "warns"):
                    return [self.bump(node), node]
        return node


def bump():
    counter[0] += 1


source = job["tests"].encode("latin-1")
module = types.ModuleType("test")
module.__file__ = os.path.join(folder, "test.py")
import builtins

builtins.__dict__["@count"] = bump
sys.modules["test"] = module
try:
    tree = ast.parse(source)
except (SyntaxError, ValueError) as error:
    report(fault="tests", reason=f"test.py: {error}")
functions = [
    n
    for n in tree.body
    if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and n.name.startswith("test")
]
classes = [n for n in tree.body if isinstance(n, ast.ClassDef)]
script = not functions and not any(
    isinstance(f, (ast.FunctionDef, ast.AsyncFunctionDef)) and f.name.startswith("test")
    for c in classes
    for f in c.body
)
if script:
    module.__name__ = "__main__"
    sys.modules["__main__"] = module
code = compile(ast.fix_missing_locations(Count().visit(tree)), module.__file__, "exec")
try:
    exec(code, module.__dict__)
except BaseException as error:
    if script:
        record("script", error)
        report()
    last = traceback.extract_tb(error.__traceback__)[-1].filename
    missing_main = isinstance(error, ImportError) and error.name == "main"
    report(
        fault="code" if missing_main or not last.endswith("test.py") else "tests",
        reason=f"{type(error).__name__}: {error}",
    )
if script:
    record("script")
    report()

if functions or any(
    "TestCase" not in ast.unparse(c) and c.name.startswith("Test") for c in classes
):
    import pytest

    class Plugin:
        @pytest.hookimpl(tryfirst=True)
        def pytest_pycollect_makemodule(self, module_path, parent):
            class Module(pytest.Module):
                def _getobj(self):
                    return module

            return Module.from_parent(parent, path=module_path)

        @pytest.hookimpl(tryfirst=True)
        def pytest_pyfunc_call(self, pyfuncitem):
            if inspect.iscoroutinefunction(pyfuncitem.obj):
                names = pyfuncitem._fixtureinfo.argnames
                asyncio.run(pyfuncitem.obj(**{n: pyfuncitem.funcargs[n] for n in names}))
                return True
            return None

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_protocol(self, item):
            self.before, self.seen = counter[0], False
            return (yield)

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_makereport(self, item, call):
            result = yield
            name = item.nodeid.split("::", 1)[1].replace("::", ".")
            error = call.excinfo.value if call.excinfo else None
            if not self.seen and (call.when == "call" or error):
                self.seen = True
                record(name, None if result.skipped else error, result.skipped, self.before)
            return result

    open(module.__file__, "w").close()
    sys.stdout = io.StringIO()
    pytest.main(
        [
            "-q",
            "-s",
            "-c",
            os.devnull,
            "--rootdir",
            folder,
            "--noconftest",
            "-p",
            "no:cacheprovider",
            module.__file__,
        ],
        plugins=[Plugin()],
    )
    report()


class Result(unittest.TestResult):
    def startTest(self, test):
        super().startTest(test)
        self.before, self.error, self.skip = counter[0], None, False

    def addError(self, test, err):
        self.error = err[1]

    addFailure = addError

    def addSubTest(self, test, subtest, err):
        if err:
            self.error = err[1]

    def addSkip(self, test, reason):
        self.skip = True

    def stopTest(self, test):
        record(".".join(test.id().split(".")[1:]), self.error, self.skip, self.before)


unittest.TestLoader().loadTestsFromModule(module).run(Result())
report()
