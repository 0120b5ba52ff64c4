import bisect, collections, collections.abc, contextlib, csv, datetime as dt, functools, heapq, inspect, io, itertools, json, math, operator, os, re, statistics, typing, unittest
from decimal import Decimal
from wsgiref.util import setup_testing_defaults
import main
from main import Money, Bits, Case, Place, FixedZone, Span

class Zone(unittest.TestCase):
    def test_zone(self):
        z = FixedZone(5, "FIV")
        t = dt.datetime(2020, 1, 1, 12, tzinfo=z)
        self.assertEqual(t.utcoffset(), dt.timedelta(hours=5))
        self.assertEqual(t.astimezone(dt.timezone.utc), dt.datetime(2020, 1, 1, 7, tzinfo=dt.timezone.utc))
        self.assertEqual(t.tzname(), "FIV")
        self.assertEqual(t.isoformat(), "2020-01-01T12:00:00+05:00")

class MoneyTest(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(sum([Money(1), Money("2.50")]), Money("3.5"))
        self.assertEqual(functools.reduce(operator.add, [Money(1)] * 3), Money(3))
        with self.assertRaises(TypeError): Money(1) + 5
        with self.assertRaisesRegex(ValueError, "differ"): Money(1) + Money(1, "USD")
    def test_order(self):
        a, b, c = Money(3), Money(1), Money(2)
        self.assertEqual(sorted([a, b, c]), [b, c, a])
        self.assertEqual((min(a, b), max([a, c])), (b, a))
        h = []
        for m in (a, b, c): heapq.heappush(h, m)
        self.assertIs(heapq.heappop(h), b)
        self.assertEqual(heapq.nsmallest(2, [a, b, c]), [b, c])
        s = [b, a]; bisect.insort(s, c)
        self.assertEqual(s, [b, c, a])
    def test_format(self):
        m = Money("1234.5")
        self.assertEqual(f"{m} {m:short} {m:,.1f} {m!r}", "1234.50 EUR 1234 1,234.5 EUR Money('1234.5', 'EUR')")
        self.assertEqual("%s" % (m,), "1234.50 EUR")
        self.assertEqual("{0.currency}".format(m), "EUR")
        self.assertEqual(", ".join(map(str, [m, Money(0)])), "1234.50 EUR, 0.00 EUR")
    def test_numbers(self):
        m = Money("2.345")
        self.assertEqual(round(m, 2), Money("2.34"))
        self.assertEqual((math.ceil(m), float(m), bool(Money(0))), (3, 2.345, False))
        self.assertAlmostEqual(statistics.mean(map(float, [m, m])), 2.345)
        amount, currency = m
        self.assertEqual((amount, currency), (Decimal("2.345"), "EUR"))
        self.assertEqual(dict([m]), {Decimal("2.345"): "EUR"})
    def test_sets(self):
        self.assertEqual(len({Money(1), Money("1.0"), Money(2)}), 2)
        self.assertEqual(collections.Counter([Money(1), Money(1)]).most_common(), [(Money(1), 2)])
        self.assertCountEqual([Money(1), Money(2)], [Money(2), Money(1)])
        self.assertEqual([k for k, _ in itertools.groupby([Money(1), Money(1), Money(2)])], [Money(1), Money(2)])
    def test_json(self):
        text = json.dumps({"m": Money("1.5"), "s": {2, 1}}, cls=main.Encoder)
        self.assertEqual(text, '{"m": {"$": "1.5"}, "s": [1, 2]}')
        self.assertEqual(json.loads(text, object_hook=main.hook)["m"], Money("1.5"))
        with self.assertRaises(TypeError): json.dumps(object(), cls=main.Encoder)

class BitsTest(unittest.TestCase):
    def test_index(self):
        b = Bits(6)
        self.assertEqual((hex(b), bin(b), "abcdefg"[b], list(range(b)), bytes(b)), ("0x6", "0b110", "g", [0, 1, 2, 3, 4, 5], b"\0\6"))
        self.assertEqual((list(b), b[-1], b[1:], list(reversed(b))), ([0, 1, 1], 1, [1, 1], [1, 1, 0]))
        self.assertIn(1, b)
        with self.assertRaises(IndexError): b[3]

class CaseTest(unittest.TestCase):
    def test_mapping(self):
        c = Case({"Accept": 1}, Host="h")
        self.assertEqual((c["ACCEPT"], c.get("x"), c.get("HOST"), len(c)), (1, None, "h", 2))
        self.assertIn("accept", c)
        self.assertEqual(dict(c), {"Accept": 1, "Host": "h"})
        self.assertEqual({**c}, {"Accept": 1, "Host": "h"})
        self.assertEqual(c, {"Accept": 1, "Host": "h"})
        self.assertIsInstance(c, collections.abc.Mapping)
        c["HOST"] = 2
        self.assertEqual(list(c.items()), [("Accept", 1), ("HOST", 2)])
        self.assertEqual(c.pop("host"), 2)
        self.assertEqual(c.setdefault("New", 5), 5)
        del c["new"]
        with self.assertRaises(KeyError): c["new"]
        self.assertEqual(sorted(c.keys() | {"z"}), ["Accept", "z"])
        self.assertEqual("%(Accept)d" % c, "1")
        self.assertEqual("{ACCEPT}".format_map(c), "1")

class Others(unittest.TestCase):
    def test_path(self):
        p = Place(os.path.dirname(os.path.abspath(main.__file__))) / "main.py"
        self.assertTrue(os.path.exists(p))
        self.assertEqual(os.path.basename(os.fspath(p)), "main.py")
    def test_callbacks(self):
        self.assertEqual(re.sub(r"\b(\w)(\w*)", main.title, "hello big world"), "Hello Big World")
        self.assertEqual(sorted(["bb", "a", "ccc", "aa"], key=main.by_len), ["ccc", "aa", "bb", "a"])
        self.assertEqual(max("a", "bbb", key=main.by_len), "a")
    def test_keys(self):
        self.assertEqual(sorted(["f10", "f9", "f1"], key=main.natural), ["f1", "f9", "f10"])
        self.assertLess(main.natural("b"), main.natural("aa"))
    def test_cmd(self):
        out = io.StringIO()
        s = main.Shell(stdin=io.StringIO("add 2\nadd 3\nwhat\nquit\nadd 9\n"), stdout=out)
        s.use_rawinput = False
        s.cmdloop()
        self.assertEqual(out.getvalue(), "> 2\n> 5\n> ? what\n> ")
        s.onecmd("add 1")
        self.assertEqual(s.total, 6)
    def test_collector(self):
        c = main.Collector()
        print("a", 1, file=c)
        csv.writer(c).writerow(["x", "y z"])
        self.assertEqual("".join(c.parts), "a 1\nx,y z\r\n")
    def test_template(self): self.assertEqual(main.Tpl("%a and %{b}").substitute(a=1, b=2), "1 and 2")
    def test_enum(self):
        self.assertIs(Span.parse("week"), Span.WEEK)
        self.assertEqual((Span.WEEK * 2, Span.DAY + 1, sorted(Span, reverse=True)[0], Span(7).name), (14, 2, Span.WEEK, "WEEK"))
    def test_wsgi(self):
        env = {"PATH_INFO": "/x"}; setup_testing_defaults(env)
        seen = []
        body = b"".join(main.app(env, lambda status, headers: seen.append((status, dict(headers)))))
        self.assertEqual((body, seen), (b"GET /x", [("200 OK", {"Content-Type": "text/plain", "Content-Length": "6"})]))
    def test_wsgi_handler(self):
        from wsgiref.handlers import SimpleHandler
        out = io.BytesIO()
        h = SimpleHandler(io.BytesIO(), out, io.StringIO(), {"REQUEST_METHOD": "GET", "PATH_INFO": "/missing", "SERVER_PROTOCOL": "HTTP/1.0"})
        h.run(main.app)
        self.assertTrue(out.getvalue().startswith(b"HTTP/1.0 404 Not Found\r\n"))
        self.assertTrue(out.getvalue().endswith(b"nope"))
    def test_stack(self):
        log, c = [], main.Closing()
        with contextlib.ExitStack() as stack:
            names = [stack.enter_context(main.tracked(log, n)) for n in "ab"]
            stack.enter_context(contextlib.closing(c))
            stack.callback(log.append, "cb")
        self.assertEqual((names, log, c.closed), (["A", "B"], ["+a", "+b", "cb", "-b", "-a"], 1))
        @main.tracked(log, "deco")
        def f(): return 5
        self.assertEqual(f(), 5)
        self.assertEqual(log[-2:], ["+deco", "-deco"])
    def test_inspect(self):
        self.assertTrue(inspect.iscoroutinefunction(main.co))
        self.assertEqual(str(inspect.signature(main.typed)), "(a: int, b: 'list[str] | None' = None, *, c: float = 1.0) -> int")
        hints = typing.get_type_hints(main.typed)
        self.assertEqual((hints["a"], hints["c"], hints["return"]), (int, float, int))
        self.assertTrue(inspect.isclass(Money) and inspect.isfunction(main.typed) and callable(Money))
        self.assertEqual(main.Shell.do_add.__doc__, "add N: adds")
        self.assertTrue(issubclass(FixedZone, dt.tzinfo) and issubclass(main.Encoder, json.JSONEncoder))

if __name__ == "__main__": unittest.main()
