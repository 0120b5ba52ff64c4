from main import new_id, slug


def test_ids_differ():
    assert new_id() != new_id()


def test_idempotent():
    once = slug("Hello  World")
    assert slug(once) == once
    assert once != "Hello  World"
    assert " " not in once and once.islower()
