import array, collections, enum, ipaddress, types
import datetime as dt
Point = collections.namedtuple("Point", "x y")
class Perm(enum.Flag):
    R = 1
    W = 2
class Level(enum.IntEnum):
    LOW = 1
    HIGH = 3
class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"
def count(s): return collections.Counter(s)
def last(a, n): return collections.deque(a, maxlen=n)
def ordered(): return collections.OrderedDict(x=1, y=2)
def arr(a): return array.array("i", a)
def net(s): return ipaddress.ip_network(s)
def span(n): return range(n)
def view(b): return memoryview(b)[:2]
def when(s): return dt.datetime.fromtimestamp(s, dt.timezone.utc)
def ns(**k): return types.SimpleNamespace(**k)
