import pytest

from main import Till


class TestADay:
    """The tests of a day run in the order in which they stand."""

    till = Till()

    def test_1_closed(self):
        with pytest.raises(RuntimeError):
            self.till.sell("tea", 3)

    def test_2_start(self):
        self.till.start()
        assert self.till.open is True

    def test_3_sell(self):
        assert self.till.sell("tea", 3) == 1
        assert self.till.sell("cake", 4) == 2

    def test_4_close(self):
        assert self.till.close() == 7
        assert not self.till.open
