import main


def test_board_shares_the_list():
    cells = [" "] * 3
    board = main.Board(cells)
    board.put(1, "x")
    assert cells == [" ", "x", " "]
    cells[0] = "o"
    assert board.row()[0] == "o"
    assert board.row() is cells
    before = board.snapshot()
    board.put(2, "x")
    assert before == ["o", "x", " "]


def test_module_list():
    main._items.clear()
    main.add("a")
    mine = main.items()
    mine.append("b")
    main.add("c")
    assert main._items == ["a", "b", "c"]
    assert mine == ["a", "b", "c"] and mine is main.items()
    del mine[0]
    assert main.items() == ["b", "c"]


def test_merge_in_place():
    base = {"a": {"x": 1}, "l": [1]}
    inner = base["a"]
    out = main.merge(base, {"a": {"y": 2}}, {"l": [2]})
    assert out is base
    assert inner == {"x": 1, "y": 2}
    assert base == {"a": {"x": 1, "y": 2}, "l": [2]}


def test_stack():
    stack = [1, 2]
    assert main.take_last(stack) == 2
    assert main.take_last(stack) == 1
    assert main.take_last(stack) is None
    assert stack == []


def test_same_list_twice():
    row = [0]
    grid = [row, row]
    main.Board(grid).row()[0].append(1)
    assert grid[1] == [0, 1]
