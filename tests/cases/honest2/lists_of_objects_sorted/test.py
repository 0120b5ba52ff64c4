from main import Task, TaskList


def make():
    tasks = TaskList()
    return tasks, tasks.add("sweep", "home"), tasks.add("pay", "home", "money", priority=2), tasks.add("rest")


def test_identity():
    tasks, sweep, pay, rest = make()
    assert tasks.tasks == [sweep, pay, rest]
    assert sweep in tasks
    assert Task("sweep") not in tasks
    assert Task("a") != Task("a")


def test_next():
    tasks, sweep, pay, rest = make()
    assert tasks.next() is pay
    pay.done = True
    assert tasks.next() is rest
    rest.done = sweep.done = True
    assert tasks.next() is None


def test_order():
    tasks, sweep, pay, rest = make()
    assert [t.title for t in tasks] == ["pay", "rest", "sweep"]
    assert sorted([sweep, rest]) == [rest, sweep]
    assert tasks.by_priority() == {0: ["sweep", "rest"], 2: ["pay"]}


def test_tags_are_not_shared():
    tasks, sweep, pay, rest = make()
    pay.tags.add("urgent")
    assert tasks.by_tag("urgent") == [pay]
    assert tasks.by_tag("home") == [sweep, pay]
    assert rest.tags == set()
    tasks.tasks.remove(sweep)
    assert tasks.by_tag("home") == [pay] and sweep not in tasks


def test_given_list_is_copied():
    mine = [Task("x")]
    tasks = TaskList(mine)
    tasks.add("y")
    assert len(mine) == 1 and tasks.tasks[0] is mine[0]
    mine[0].title = "z"
    assert tasks.next().title == "y" and [t.title for t in tasks] == ["y", "z"]
