# %% pprint
from pprint import pprint, pformat
data = {"name": "x" * 30, "list": list(range(30)), "nested": {"b": [{"k": i, "v": "y" * 20} for i in range(3)], "a": (1,)}, 3: None, "set": {1, 2, 3}}
pprint(data)
pprint(data, width=40, depth=2, compact=True, sort_dicts=False)
print(pformat("a long string with many words " * 5, width=60), pformat([]))
# %% hashes and encodings
import hashlib, base64, binascii, zlib, gzip, hmac, struct, uuid
text = documents[9].text.encode()
print(hashlib.sha256(text).hexdigest(), hashlib.md5(text).hexdigest(), hashlib.sha1(b"").hexdigest(), hashlib.new("sha512", b"a").hexdigest()[:16], hmac.new(b"k", b"m", "sha256").hexdigest()[:16])
print(base64.b64encode("é😀".encode()), base64.b64decode("w6nwn5iA").decode(), base64.urlsafe_b64encode(b"\xff\xfe"), base64.b32encode(b"hi"), base64.b16encode(b"hi"), base64.b85encode(b"hello"), binascii.hexlify(b"\x00\xff"), bytes.fromhex("00 ff"), binascii.crc32(b"abc"), zlib.adler32(b"abc"))
packed = zlib.compress(text)
print(zlib.decompress(packed) == text, gzip.decompress(gzip.compress(text)) == text, struct.pack("<Hif", 1, -2, 0.5), struct.unpack(">I", b"\x00\x00\x01\x00"), struct.calcsize("<Q3s"), uuid.UUID("12345678123456781234567812345678"), uuid.uuid5(uuid.NAMESPACE_DNS, "example.org"), uuid.uuid3(uuid.NAMESPACE_URL, "x"))
# %% html parser
from html.parser import HTMLParser
class Rows(HTMLParser):
    def __init__(self):
        super().__init__()
        self.rows, self.cell, self.links = [], None, []
    def handle_starttag(self, tag, attrs):
        if tag == "tr": self.rows.append([])
        if tag == "td": self.cell = ""
        if tag == "a": self.links.append(dict(attrs)["href"])
    def handle_data(self, data):
        if self.cell is not None: self.cell += data
    def handle_endtag(self, tag):
        if tag == "td":
            self.rows[-1].append(self.cell); self.cell = None
parser = Rows(); parser.feed(documents[7].text)
print(len(parser.rows), parser.rows[:3], parser.links[:2])
prices = [float(r[1].replace("€", "").replace(",", ".")) for r in parser.rows]
f"{sum(prices):.2f}", max(prices), parser.rows[prices.index(min(prices))]
# %% strip tags by regex
import re, html
plain = html.unescape(re.sub(r"<[^>]+>", " ", documents[7].text))
re.sub(r"\s+", " ", plain).strip()[:160]
# %% xml
import xml.etree.ElementTree as ET
root = ET.fromstring(documents[8].text)
ns = {"a": "http://www.w3.org/2005/Atom", "x": "urn:x"}
entries = root.findall("a:entry", ns)
print(root.tag, len(entries), entries[0].find("a:title", ns).text, entries[0].attrib, entries[0].findtext("a:summary", namespaces=ns))
sizes = {e.findtext("a:updated", namespaces=ns): int(e.find("x:size", ns).text) for e in root.iter("{http://www.w3.org/2005/Atom}entry")}
max(sizes, key=sizes.get), sum(sizes.values()), len(sizes)
# %% build xml
tree = ET.Element("r", {"a": '1 & "2"'})
ET.SubElement(tree, "é").text = "x < y"
tree.append(ET.Comment("note"))
ET.SubElement(tree, "empty").tail = "tail"
print(ET.tostring(tree, encoding="unicode"), ET.tostring(tree))
ET.indent(tree)
print(ET.tostring(tree, encoding="unicode"))
# %% xml errors
for bad in ("<a><b></a>", "<a>&nope;</a>", "", "<a>"):
    try:
        ET.fromstring(bad)
    except ET.ParseError as e:
        print(type(e).__name__, repr(bad))
# %% ast and tokens
import ast, tokenize, io, inspect
tree = ast.parse("def f(a, b=1):\n    return a + b\nx = [f(i) for i in range(3)]")
print([type(n).__name__ for n in tree.body], [n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call)], ast.literal_eval("{'a': [1, (2, None)]}"), ast.unparse(tree.body[1]), ast.dump(ast.parse("1 + x", mode="eval").body))
print([(tokenize.tok_name[t.type], t.string) for t in tokenize.generate_tokens(io.StringIO("a = 'x' # c\n").readline)])
for bad in ("__import__('os')", "1 +", "a"):
    try:
        ast.literal_eval(bad)
    except (ValueError, SyntaxError) as e:
        print(type(e).__name__)
# %% inspect own functions
def helper(a, b: int = 2, *, c="x") -> str:
    """Does something."""
    return f"{a}{b}{c}"  # here
print(inspect.signature(helper), inspect.getdoc(helper), inspect.getsource(helper), inspect.isfunction(helper), list(inspect.signature(helper).parameters))
# %% pickle
import pickle
value = {"a": [1, 2.5, None, True], "b": ("x", b"y"), "s": {1, 2}, "big": 2 ** 70, "é": "😀"}
pickle.loads(pickle.dumps(value)) == value, pickle.loads(pickle.dumps([value] * 2, protocol=2))[1]["b"]
# %% shlex, fnmatch, string, secrets
import shlex, fnmatch, string, secrets
print(shlex.split("a 'b c' \"d e\" f\\ g # h"), shlex.quote("a b'c"), fnmatch.filter([d.name for d in documents], "*.txt"), fnmatch.fnmatch("a.PY", "*.py"), fnmatch.fnmatchcase("ab", "[a-c]?"), string.ascii_letters[:5], string.punctuation, string.Template("$a and ${b} $$ $c").safe_substitute(a=1, b=2), string.capwords("a bC d"), len(secrets.token_hex(4)), secrets.choice("a"))
# %% io
s = io.StringIO("one\ntwo\n\nthree")
print(s.readline(), s.read(2), s.tell(), [line.rstrip() for line in s], s.seek(0), len(s.readlines()))
with io.StringIO() as out:
    print("a", 1, None, sep="|", end="!\n", file=out)
    out.write("é😀")
    print(repr(out.getvalue()))
b = io.BytesIO("é\r\nx".encode())
print(b.read(3), b.getvalue(), io.TextIOWrapper(io.BytesIO(b"a\r\nb\n"), encoding="utf-8").read().encode())
# %% logging to the output
import logging, sys
logger = logging.getLogger("corpus")
logger.handlers.clear(); logger.propagate = False
handler = logging.StreamHandler(sys.stderr); handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
logger.addHandler(handler); logger.setLevel(logging.INFO)
logger.info("found %d in %s", 3, "x"); logger.debug("not shown"); logger.warning("careful")
try:
    1 / 0
except ZeroDivisionError:
    logger.error("failed: %s", "division")
# %% warnings
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("old", DeprecationWarning)
    int("3")
print([(w.category.__name__, str(w.message)) for w in caught])
# %% print variants
print("a", "b", sep="")
print(*[1, 2], sep="\n")
print("no newline", end="")
print()
print([1, "a"], {"k": None}, (1,), "é", 1.0, b"x", None, ..., print, sep=" ; ") if False else print([1, "a"], {"k": None}, (1,), ..., NotImplemented, range(3), slice(1, 2), sep=" ; ")
print(f"{'left':<8}|{'mid':^8}|{'right':>8}|"); print("%-8s|%8.3f" % ("x", 2 / 3)); print("tab\tend")
sys.stdout.write("written\n")
# %% reprs of the library
from collections import deque, OrderedDict
from fractions import Fraction
from datetime import timedelta
import decimal
[deque([1]), Fraction(1, 2), decimal.Decimal("1.0"), timedelta(1), range(3), slice(1, None), 1j, frozenset([1]), bytearray(b"a"), type, int, len, ValueError("x"), ..., {}.keys(), {1: 2}.items(), [].__class__, "".join, re.compile("a"), None][:13]
# %% config and email
import configparser, email, json
c = configparser.ConfigParser(); c.read_string("[a]\nx = 1\ny: two\n[b]\nz = %(q)s\nq = 5\n")
m = email.message_from_string("From: A <a@b.c>\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nContent-Type: text/plain; charset=utf-8\n\nBody\nmore")
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime
print(c.sections(), c.getint("a", "x"), dict(c["b"]), m["from"], str(make_header(decode_header(m["Subject"]))), m.get_payload(), parseaddr(m["From"]), parsedate_to_datetime("Sun, 01 Mar 2026 10:00:00 +0100"))
import tomllib, ipaddress, graphlib, queue, array, textwrap
print(tomllib.loads('a = 1\n[t]\nb = ["x", 2.5]\nd = 2026-03-01'), ipaddress.ip_network("10.0.0.0/30").num_addresses, ipaddress.ip_address("10.0.0.1") in ipaddress.ip_network("10.0.0.0/8"), list(graphlib.TopologicalSorter({"c": ["b"], "b": ["a"]}).static_order()), array.array("i", [1, 2]))
# %% random is as in CPython
import random
random.seed("text"); print(random.random(), random.getrandbits(40), random.uniform(1, 2))
r = random.Random(42); print(r.sample(range(100), 5), r.triangular(), r.betavariate(1, 2), r.expovariate(1), r.normalvariate(), r.choice([1, 2, 3]), r.randrange(0, 100, 7), r.randbytes(4))
# %% threads
import threading, queue
results, lock, tasks = [], threading.Lock(), queue.Queue()
def work():
    while (item := tasks.get()) is not None:
        with lock:
            results.append(item * item)
threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads: t.start()
for i in range(20): tasks.put(i)
for _ in threads: tasks.put(None)
for t in threads: t.join()
sorted(results) == [i * i for i in range(20)], threading.active_count() >= 1
# %% asyncio
import asyncio
async def ask(i, gate):
    async with gate:
        await asyncio.sleep(0.001 * (5 - i))
        return await asyncio.to_thread(llm_query, f"question {i}")
async def main():
    gate = asyncio.Semaphore(3)
    done = await asyncio.gather(*(ask(i, gate) for i in range(5)))
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except asyncio.TimeoutError as e:
        print("timeout", repr(e))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask(i, gate)) for i in range(2)]
    async def numbers():
        for i in range(3):
            yield i
            await asyncio.sleep(0)
    return done, [t.result() for t in tasks], [n async for n in numbers()]
asyncio.run(main())
