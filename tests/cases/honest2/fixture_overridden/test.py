import pytest
import main


@pytest.fixture
def settings():
    return {"word": "Hi"}


@pytest.fixture
def line(settings):
    return main.greeting("Ann", settings)


def test_default(line):
    assert line == "Hi, Ann."


class TestLoud:
    @pytest.fixture
    def settings(self, settings):
        return {**settings, "loud": True}

    def test_loud(self, line):
        assert line == "Hi, Ann!"

    class TestPlain:
        @pytest.fixture
        def settings(self):
            return {}

        def test_plain(self, line):
            assert line == "Hello, Ann."
