import argparse, os
def cli(argv=None):
    p = argparse.ArgumentParser()
    p.add_argument("--n", type=int, default=1)
    p.add_argument("-o")
    a = p.parse_args(argv)
    with open(a.o, "w") as f: f.write(f"{a.n}\n")
    print("written")
    return 0
def low(b): os.write(1, b)
