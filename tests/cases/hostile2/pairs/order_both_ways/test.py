import main

def test_numeric_parts():
    assert main.Version("1.10") > main.Version("1.9")

def test_major():
    assert main.Version("1.9.9") < main.Version("2.0")

def test_prerelease_is_before():
    assert main.Version("1.0-rc1") < main.Version("1.0")

def test_sorting():
    vs = [main.Version(v) for v in ["1.10", "1.2", "1.9"]]
    assert max(vs).text == "1.10"
