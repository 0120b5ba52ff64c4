import json, os


def tell(*m):
    os.write(201, json.dumps(m).encode() + b"\n")


def ask(*m):
    tell(*m)
    return os.read(200, 65536)


tell("collected", ["ComputedTest.test_computed", "ComputedTest.test_again"])
for name in ("ComputedTest.test_computed", "ComputedTest.test_again"):
    tell("start", name)
    for site in (0, 1):
        ask("check", site, [1, 1])
    tell("end", name, "passed", None)
tell("done")
os._exit(0)
