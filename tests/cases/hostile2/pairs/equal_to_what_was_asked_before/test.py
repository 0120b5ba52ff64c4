from main import Job


def test_ends_done():
    job = Job(steps=1)
    assert job.state() != "finished"
    job.run()
    assert job.state() == "finished"


def test_counts():
    job = Job(steps=3)
    assert not job.state() == "second of three"
    job.run()
    job.run()
    assert job.state() == "second of three"
