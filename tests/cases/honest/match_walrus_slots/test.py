from main import parse, Add, Num, evaluate, Tree
def test_eval():
    tree = parse("1+2+3")
    match tree:
        case Add(left=Add(), right=Num(value=v)):
            assert v == 3
        case _:
            assert False, tree
    assert (n := evaluate(tree)) == 6 and n > 5
    assert evaluate(Num(4)) == 4
def test_slots():
    t = Tree(1)
    t.add(0).add(2)
    assert [*t] == [0, 1, 2]
    first, *rest = t
    assert first == 0 and rest == [1, 2]
    assert 2 in t and 9 not in t
    assert len(t) == 3 and bool(t)
    assert repr(t) == "Tree(0, 1, 2)"
    try:
        t.other = 1
    except AttributeError:
        pass
    else:
        raise AssertionError("slots")
