#!/usr/bin/env python
import sys, traceback
import main

passed, failures = 0, []


def check(label, got, want):
    global passed
    if got == want:
        passed += 1
    else:
        failures.append((label, got, want))


def test_words():
    check("words", main.slug("Hello, World"), "hello-world")
    check("many", main.slug("a  --  b"), "a-b")


def test_ends():
    check("ends", main.slug("!x!"), "x")
    check("empty", main.slug(""), "")
    check("digits", main.slug("7 Up"), "7-up")


for fn in (test_words, test_ends):
    try:
        fn()
    except Exception:
        traceback.print_exc()
        failures.append((fn.__name__, "exception", None))

for label, got, want in failures:
    print("FAILED", label, repr(got), "!=", repr(want))
print(passed, "passed", len(failures), "failed")
sys.exit(len(failures))
