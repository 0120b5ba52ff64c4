from main import Cell, P, by_row, cells, step

BLINKER = {(0, 1), (1, 1), (2, 1)}


def test_blinker():
    assert step(BLINKER) == {(1, 0), (1, 1), (1, 2)}
    assert step(step(BLINKER)) == BLINKER
    assert step(set()) == set()


def test_block_is_stable():
    block = {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert step(block) == block
    assert P(1, 1) in step(block)


def test_around():
    assert len(P(0, 0).around) == 8
    assert P(0, 0) + P(1, 2) == (1, 2)
    assert P(1, 1) not in P(1, 1).around


def test_cells():
    got = cells(BLINKER)
    assert got == {Cell(P(0, 1)), Cell(P(1, 1)), Cell(P(2, 1))}
    assert Cell(P(0, 1), age=9) in got
    assert len(got) == 3
    assert {c.age for c in got} == {0}


def test_rows():
    rows = by_row([(0, 0), (1, 0), (5, 2)])
    assert set(rows) == {0, 2}
    assert rows[2] == {Cell(P(5, 2))}
    assert sorted(map(repr, rows[0])) == ["Cell(0, 0)", "Cell(1, 0)"]
