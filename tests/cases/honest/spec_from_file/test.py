import importlib.util
import os
import pathlib
import sys
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
spec = importlib.util.spec_from_file_location("main", HERE / "main.py")
main = importlib.util.module_from_spec(spec)
spec.loader.exec_module(main)
def test_it():
    assert main.slug("Hello, World!") == "hello-world"
    assert main.slug("") == ""
def test_source():
    src = (HERE / "main.py").read_text()
    assert "def slug" in src
    assert os.path.basename(main.__file__) == "main.py"
