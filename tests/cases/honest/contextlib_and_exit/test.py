import contextlib, io, os, signal
from main import Pool, timer, chdir
events = []
with Pool(events) as p:
    p.use()
    try:
        with Pool(events):
            raise KeyError("x")
    except KeyError:
        events.append("caught")
assert events == ["open", "use", "open", "close", "caught", "close"], events
with contextlib.ExitStack() as stack:
    a = stack.enter_context(Pool(events))
    stack.callback(events.append, "callback")
assert events[-2:] == ["callback", "close"]
buf = io.StringIO()
with contextlib.redirect_stdout(buf), contextlib.suppress(ZeroDivisionError):
    print("in")
    1 / 0
assert buf.getvalue() == "in\n"
here = os.getcwd()
with chdir(".."):
    assert os.getcwd() != here
assert os.getcwd() == here
with timer(clock=iter([1.0, 3.5]).__next__) as t:
    pass
assert t.elapsed == 2.5
print("ok")
