from main import count_lines, digest, repeat, tail


def test_thirty_megabytes():
    big = repeat("line of text\n", 2_400_000)
    assert len(big) == 31_200_000
    assert big.startswith("line of") and big[-5:] == "text\n"
    assert count_lines(big) == 2_400_000
    assert tail(big, 4) == "ext\n"


def test_bytes():
    assert len(digest(b"\0" * 10_000_000)) == 64
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
