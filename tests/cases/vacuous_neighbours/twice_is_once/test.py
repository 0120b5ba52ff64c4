from main import normalize


def test_idempotent():
    once = normalize("  Hello   World ")
    assert normalize(once) == once


def test_no_double_spaces():
    assert "  " not in normalize("a   b")
    assert normalize(" a ").strip() == normalize(" a ")
