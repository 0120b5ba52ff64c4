import unittest
from unittest.mock import Mock, PropertyMock, call, patch

import main


class ObservableTest(unittest.TestCase):
    def test_notifies(self):
        o = main.Observable(1)
        m = Mock()
        o += m
        o.value = 2
        o.value = 2
        o.value = 5
        self.assertEqual(m.mock_calls, [call(1, 2), call(2, 5)])
        o -= m
        o.value = 0
        self.assertEqual(m.call_count, 2)

    def test_unsubscribe_in_callback(self):
        o = main.Observable("a")

        def once(old, new):
            nonlocal o
            seen.append(new)
            o -= once

        seen = []
        o += once
        o.value = "b"
        o.value = "c"
        self.assertEqual(seen, ["b"])

    def test_map(self):
        o = main.Observable(3)
        sq = o.map(lambda v: v * v)
        self.assertEqual(sq.value, 9)
        o.value = 4
        self.assertEqual(sq.value, 16)

    def test_generic(self):
        self.assertEqual(main.Observable[int](3).value, 3)

    def test_patch_property(self):
        with patch.object(main.Observable, "value", new_callable=PropertyMock) as p:
            p.return_value = 42
            self.assertEqual(main.Observable(1).value, 42)
        self.assertEqual(main.Observable(1).value, 1)


class RectTest(unittest.TestCase):
    def setUp(self):
        main.Rect.calls = 0

    def test_cache(self):
        r = main.Rect(2, 3)
        self.assertEqual((r.area, r.area, main.Rect.calls), (6, 6, 1))
        r.w = 10
        self.assertEqual((r.area, main.Rect.calls), (30, 2))

    def test_patched_init(self):
        with patch.object(main.Rect, "__init__", lambda self: None):
            r = main.Rect()
        r.w, r.h = 1, 1
        self.assertEqual(r.area, 1)
