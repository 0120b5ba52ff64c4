import asyncio, os, subprocess, unittest
from datetime import date, datetime
from unittest import mock
from unittest.mock import ANY, AsyncMock, DEFAULT, MagicMock, Mock, PropertyMock, call, create_autospec, mock_open, patch, sentinel
import main
from main import Mailer, Notifier

class Injected(unittest.TestCase):
    def setUp(self):
        self.mailer = create_autospec(Mailer, instance=True)
        self.n = Notifier(self.mailer)
    def test_sends(self):
        self.assertEqual(self.n.notify("a", "b", text=" HEY "), 2)
        self.mailer.send.assert_has_calls([call("a", "HEY", urgent=True), call("b", "HEY", urgent=True)])
        self.assertEqual(self.mailer.send.call_args.kwargs, {"urgent": True})
    def test_isinstance(self): self.assertTrue(self.n.check())
    def test_some_fail(self):
        self.mailer.send.side_effect = [None, ConnectionError("x"), None]
        with self.assertLogs("main", "ERROR") as logs: self.assertEqual(self.n.notify(*"abc"), 2)
        self.assertEqual(self.n.sent, ["a", "c"])
        self.assertEqual(logs.records[0].getMessage(), "could not reach b: x")
    def test_address(self):
        type(self.mailer).address = PropertyMock(return_value="h:1")
        self.assertEqual(self.n.where(), "h:1")
    def test_spec_refuses(self):
        with self.assertRaises(AttributeError): self.mailer.nope
        with self.assertRaises(TypeError): self.mailer.send()
    def test_side_effect_function(self):
        self.mailer.send.side_effect = lambda to, text, urgent: {"a": None}[to]
        with self.assertRaises(KeyError): self.n.notify("b")

class Patched(unittest.TestCase):
    @patch("main.Mailer")
    def test_whole_class(self, M):
        M.default.return_value.address = "mock:1"
        M.clean.side_effect = lambda t: t * 2
        n = Notifier()
        self.assertEqual(n.where(), "mock:1")
        n.notify("z", text="q")
        M.default.return_value.send.assert_called_once_with("z", "qq", urgent=False)
    @patch.object(Mailer, "send", autospec=True)
    def test_autospec_method(self, send):
        n = Notifier()
        n.notify("a")
        send.assert_called_once_with(n.mailer, "a", "hi", urgent=False)
    @patch.object(Mailer, "send", return_value=None)
    @patch.object(Mailer, "clean", return_value="C")
    def test_order(self, clean, send):
        Notifier().notify("p")
        clean.assert_called_once_with("hi"); send.assert_called_once_with("p", "C", urgent=False)
    def test_multiple(self):
        with patch.multiple(main, LIMIT=10, REGISTRY={"z": 26}):
            self.assertEqual((main.over(5), main.lookup("z"), main.lookup("a")), (False, 26, None))
        self.assertEqual((main.over(5), main.lookup("a")), (True, 1))
    def test_dict(self):
        with patch.dict(main.REGISTRY, {"b": 2}): self.assertEqual(main.lookup("b"), 2)
        self.assertIsNone(main.lookup("b"))
        with patch.dict(main.REGISTRY, clear=True): self.assertIsNone(main.lookup("a"))
    def test_class_attribute(self):
        with patch.object(Mailer, "host", "h"): self.assertEqual(Mailer(1).address, "h:1")
        self.assertEqual(Mailer(1).address, "localhost:1")
    def test_property(self):
        with patch.object(Mailer, "address", new_callable=PropertyMock) as a:
            a.return_value = "X"
            self.assertEqual(main.make_notifier().where(), "X")
        a.assert_called_once_with()
    def test_instance_method(self):
        n = main.make_notifier()
        with patch.object(n.mailer, "send") as send: n.notify("q")
        send.assert_called_once()
        self.assertEqual(n.sent, ["q"])
    def test_wraps(self):
        with patch("main.Mailer.clean", wraps=Mailer.clean) as clean, patch("main.Mailer.send"):
            Notifier().notify("a", text=" x ")
        clean.assert_called_with(" x ")
    def test_datetime(self):
        with patch("main.datetime", wraps=datetime) as d:
            d.now.return_value = datetime(2020, 2, 3)
            self.assertEqual(main.now_text(), "2020-02-03")
    def test_date(self):
        with patch("main.date") as d:
            d.today.return_value = date(2020, 1, 1)
            self.assertEqual(main.age(date(2000, 1, 1)), 20)
    def test_uuid(self):
        with patch("main.uuid4", return_value="U"): self.assertEqual(main.token(), "t-U")
    def test_random(self):
        with patch("main.random.choice", side_effect=lambda s: s[-1]) as c: self.assertEqual(main.pick([1, 2, 3]), 3)
        c.assert_called_once_with([1, 2, 3])
    def test_clock(self):
        with patch("main.time.perf_counter", side_effect=[1.0, 3.5]): self.assertEqual(main.timed(lambda: None), 2.5)
    def test_backoff(self):
        fn = Mock(side_effect=[OSError, OSError, sentinel.done])
        with patch("main.time.sleep") as s: self.assertIs(main.backoff(fn), sentinel.done)
        self.assertEqual(s.mock_calls, [call(1), call(2)])
        with patch("time.sleep"), self.assertRaisesRegex(TimeoutError, "gave up after 2"): main.backoff(Mock(side_effect=OSError), 2)
    def test_subprocess(self):
        with patch("main.subprocess.run") as run:
            run.return_value = subprocess.CompletedProcess([], 0, "ok abc123", "")
            self.assertEqual(main.commit("m"), "abc123")
            run.assert_called_once_with(["git", "commit", "-m", "m"], capture_output=True, text=True, check=False)
            run.return_value = Mock(returncode=1)
            self.assertIsNone(main.commit("m"))
    def test_path(self):
        with patch("main.Path.exists", return_value=True), patch("pathlib.Path.read_text", return_value='{"a": 1}'):
            self.assertEqual(main.read_config("/no/such"), {"a": 1})
        self.assertEqual(main.read_config("/no/such"), {})
    def test_open(self):
        with patch("builtins.open", mock_open(read_data=" a\n\n b \n")) as o: self.assertEqual(main.load("f"), ["a", "b"])
        o.assert_called_once_with("f", encoding="utf-8")
        with patch("main.open", mock_open(), create=True) as o: main.save("g", ["x", "y"])
        self.assertEqual([c.args[0] for c in o().write.call_args_list], ["x\n", "y\n"])
    def test_input(self):
        with patch("builtins.input", return_value="bob smith") as i: self.assertEqual(main.ask(), "Bob Smith")
        i.assert_called_once_with("name? ")
    def test_environ(self):
        with patch.dict(os.environ, {"SHELL": "fish"}): self.assertEqual(main.shell(), "fish")
        with patch.dict("os.environ", clear=True): self.assertEqual(main.shell(), "none")
    def test_logger(self):
        with patch("main.logger") as log, patch.object(Mailer, "send", side_effect=ConnectionError("c")):
            Notifier().notify("p")
        log.error.assert_called_once_with(ANY, "p", ANY)
        self.assertIsInstance(log.error.call_args.args[2], ConnectionError)
    def test_print(self):
        with patch("main.print", create=True) as p: main.tell()
        p.assert_called_once_with("told", file=ANY)
        with patch("builtins.print") as p: main.tell()
        self.assertEqual(p.call_count, 1)
    def test_disk(self):
        with patch("main.shutil.disk_usage", return_value=Mock(free=5 * 2**30)): self.assertEqual(main.space(), 5)

class Started(unittest.TestCase):
    def setUp(self):
        p = patch("main.Mailer.send"); self.send = p.start(); self.addCleanup(p.stop)
    def test_reset(self):
        n = Notifier(); n.notify("a"); self.send.reset_mock(); n.notify("b")
        self.send.assert_called_once_with("b", "hi", urgent=False)
    def test_manager(self):
        m = Mock()
        m.attach_mock(self.send, "send")
        with patch("main.Mailer.clean", side_effect=str.upper) as c:
            m.attach_mock(c, "clean")
            Notifier().notify("a")
        self.assertEqual(m.mock_calls, [call.clean("hi"), call.send("a", "HI", urgent=False)])

class Async(unittest.IsolatedAsyncioTestCase):
    async def test_push(self):
        with patch.object(Mailer, "push", new_callable=AsyncMock, return_value="pushed") as p:
            self.assertEqual(await Mailer().asend("x"), "pushed")
        p.assert_awaited_once_with("x")
    async def test_auto(self):
        with patch("main.Mailer.push") as p:
            self.assertIsInstance(p, AsyncMock)
            p.side_effect = [1, ValueError]
            m = Mailer()
            self.assertEqual(await m.asend("x"), 1)
            with self.assertRaises(ValueError): await m.asend("x")
if __name__ == "__main__": unittest.main()
