import main


def test_it():
    exec(main.source("double"), globals())
    assert double(2) == 4  # noqa: F821
