from main import render_invoice


def test_invoice_lines():
    page = render_invoice("Ann", [("pen", 2, 1.5), ("book", 1, 12.0)])
    assert "Ann" in page
    assert "pen" in page
    assert "Total: 15.00" in page


def test_empty_invoice():
    assert "Total: 0.00" in render_invoice("Bob", [])
