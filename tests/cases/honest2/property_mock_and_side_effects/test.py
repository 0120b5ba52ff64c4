from unittest import TestCase, main as run
from unittest.mock import DEFAULT, Mock, PropertyMock, call, patch, sentinel

from main import Alarm, Sensor


class AlarmTest(TestCase):
    def test_series(self):
        notify = Mock()
        with patch.object(Sensor, "value", new_callable=PropertyMock) as value:
            value.side_effect = [5, 15, 20, 8, 11]
            alarm = Alarm(Sensor(), 10, notify)
            self.assertEqual([alarm.check() for _ in range(5)], [5, 15, 20, 8, 11])
        self.assertEqual(notify.call_args_list, [call("high", 15), call("high", 11)])
        self.assertEqual(value.call_count, 5)

    def test_failure(self):
        notify = Mock(return_value=None)
        with patch.multiple(Sensor, reset=DEFAULT) as patched:
            self.assertIsNone(Alarm(Sensor(), 1, notify).check())
        patched["reset"].assert_called_once_with()
        notify.assert_called_once_with("sensor failed: no hardware here")

    def test_default_prints(self):
        sensor = Mock(value=3)
        with patch("main.print", create=True) as printed:
            Alarm(sensor, 2, printed).check()
        printed.assert_called_once_with("high", 3)

    def test_sentinel_passes(self):
        alarm = Alarm(sentinel.sensor, 1, sentinel.notify)
        self.assertIs(alarm.sensor, sentinel.sensor)
        self.assertIs(alarm.notify, sentinel.notify)


if __name__ == "__main__":
    run()
