# %% csv reader
import csv, io, json
text = documents[1].text
rows = list(csv.reader(io.StringIO(text, newline="")))
print(rows[0], len(rows), {len(r) for r in rows})
for row in rows[1:6]:
    print(row)
# %% csv without newline handling
rows2 = list(csv.DictReader(text.splitlines()))
print(len(rows2), rows2[0])
print([r for r in rows2 if None in r.values()][:2])
# %% DictReader
people = {int(r["id"]): r for r in csv.DictReader(io.StringIO(text, newline=""))}
print(len(people))
people[1003]
# %% missing salaries
missing = [p["id"] for p in people.values() if not p["salary"]]
paid = [float(p["salary"]) for p in people.values() if p["salary"]]
print(missing, f"{sum(paid) / len(paid):.2f}", f"{max(paid):,.2f}", min(paid))
# %% salaries by city
from collections import defaultdict
from decimal import Decimal, ROUND_HALF_UP
cities = defaultdict(list)
for p in people.values():
    if p["salary"]:
        cities[p["city"]].append(Decimal(p["salary"]))
for city, salaries in sorted(cities.items(), key=lambda c: -sum(c[1]) / len(c[1])):
    mean = (sum(salaries) / len(salaries)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    print(f"{city:<10}|{len(salaries):>4}|{mean:>10}|{max(salaries):>10}")
# %% load orders
data = json.loads(documents[2].text)
orders = data["orders"]
print(data["currency"], len(orders), sum(len(o["items"]) for o in orders))
print(orders[1])
# %% floats and nulls
sorted({repr(o["discount"]) for o in orders}), {type(o["paid"]).__name__ for o in orders}
# %% join orders with people
totals, unknown = defaultdict(float), set()
for o in orders:
    total = sum(i["n"] * i["price"] for i in o["items"]) * (1 - (o["discount"] or 0))
    if o["person"] in people:
        totals[people[o["person"]]["name"]] += total
    else:
        unknown.add(o["person"])
for name, total in sorted(totals.items(), key=lambda x: (-x[1], x[0])):
    print(f"{name:<22} {total:>12,.2f}")
print(sorted(unknown))
# %% pivot of items
from collections import Counter
sold = Counter()
for o in orders:
    sold.update({i["sku"]: i["n"] for i in o["items"]})
sold.most_common()
# %% json output
report = {"sold": dict(sorted(sold.items())), "paid": sum(o["paid"] for o in orders), "rate": 1 / 3, "none": None, "nested": [[], {}, [1, [2.0, True]]]}
print(json.dumps(report))
print(json.dumps(report, indent=2, ensure_ascii=False, sort_keys=True))
print(json.dumps(report, separators=(",", ":"))[:60])
# %% json round trip
json.loads(json.dumps(data)) == data, json.dumps(data) == json.dumps(json.loads(documents[2].text))
# %% json edge cases
values = [1e100, 1e16, 123456789012345678901234567890, -0.0, 1.5e-7, 0.1 + 0.2, float("inf"), "\u2028 \x7f </script> \U0001f600 \ud800", {1: "a", None: "b", True: "c", 2.5: "d"}, (1, 2), ""]
print(json.dumps(values))
print(json.loads('[1E3, -0, 1.0, 12345678901234567890123, "\\u00e9\\ud83d\\ude00", " a\\/b\\b", NaN, -Infinity]'))
print(json.loads('{"a": 1, "a": 2}'), json.loads('{"a": 1, "a": 2}', object_pairs_hook=list), json.loads("1.10", parse_float=str))
print(json.loads(b'{"k": "\xc3\xa9"}'), json.loads("  \n[ ]\t"))
# %% json errors
for bad in ["", "{", "[1,]", "{'a': 1}", '{"a" 1}', '{"a": 1} x', '["a\nb"]', "nul", "[1 2]", '{"a": 1,}', '"abc', "01", "[1", '{"a":', "\ufeff[]", "-", "1e", '{1: 2}']:
    try:
        print(repr(bad), "->", ascii(json.loads(bad)))
    except json.JSONDecodeError as e:
        print(repr(bad), "->", e, "|", e.pos, e.lineno, e.colno)
# %% what cannot be dumped
import datetime
for value in [{1, 2}, object, b"x", datetime.date(2026, 3, 1), {(1, 2): 3}]:
    try:
        print(json.dumps(value))
    except TypeError as e:
        print("TypeError:", e)
print(json.dumps({"d": datetime.date(2026, 3, 1), "s": {3}}, default=lambda v: sorted(v) if isinstance(v, set) else str(v)))
class Rounded(json.JSONEncoder):
    def default(self, o):
        return f"<{type(o).__name__}>"
print(json.dumps([1j, {2}], cls=Rounded, indent="\t"))
# %% json lines
good, bad = [], []
for number, line in enumerate(documents[3].text.splitlines(), 1):
    try:
        good.append(json.loads(line))
    except json.JSONDecodeError as e:
        bad.append((number, str(e)))
print(len(good), bad)
Counter((t["priority"], tuple(t["tags"])) for t in good).most_common(4)
# %% decode one after the other
decoder, text, at, found = json.JSONDecoder(), 'x = {"a": [1, 2]} and {"b": "}"} end', 0, []
while (at := text.find("{", at)) >= 0:
    value, at = decoder.raw_decode(text, at)
    found.append((value, at))
found
# %% json out of a reply
reply = """Here it is:
```json
{"names": ["Ann", "Bob"], "total": 2,
 "note": "quotes \\"inside\\" and a brace }"}
```
Anything else?"""
import re
match = re.search(r"```(?:json)?\s*(\{.*?\})\s*```", reply, re.DOTALL)
json.loads(match.group(1))
# %% csv writer
out = io.StringIO()
w = csv.writer(out)
w.writerow(["a", "b,c", 'd"e', "f\ng", "", None, 1.0, True, " g ", "h\r"])
w.writerows([[1, 2], ["x;y", "'q'"]])
d = csv.DictWriter(out, fieldnames=["n", "v"], extrasaction="ignore", delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
d.writeheader()
d.writerow({"n": "a;b", "v": 1.5, "z": 0})
d.writerow({"n": 'say "hi"'})
print(repr(out.getvalue()))
# %% csv edge cases
for sample, options in [
    ('a,"b ""c"" d",\n"x\ny",z', {}), ("a;b;'c;d'\n", {"delimiter": ";", "quotechar": "'"}), ("a\\,b,c\n", {"escapechar": "\\"}),
    ('a, "b", c\n', {"skipinitialspace": True}), ('a, "b", c\n', {}), ("a\tb\t\n", {"dialect": "excel-tab"}), ("1,2.5,'x'\n", {"quoting": csv.QUOTE_NONNUMERIC, "quotechar": "'"}),
    ('a,b"c"d,"e"f\n', {}), ("\n\na\n\n", {}), ('"unfinished,a\nb', {}), ("a\r\nb\rc\n", {}), ("ä,😀,\u00a0x\n", {}), ("a\"b,c", {"quoting": csv.QUOTE_NONE}), ("a''b,'c''d'", {"quotechar": "'"}),
]:
    try:
        print(repr(sample), options, "->", list(csv.reader(io.StringIO(sample, newline=""), **options)))
    except (csv.Error, ValueError) as e:
        print(repr(sample), options, "->", type(e).__name__, e)
# %% sniff
sample = "name;age;city\nAnn;31;Oslo\nBob;29;Rome\n"
dialect = csv.Sniffer().sniff(sample)
print(repr(dialect.delimiter), csv.Sniffer().has_header(sample), list(csv.reader(io.StringIO(sample), dialect)))
# %% odd rows
reader = csv.DictReader(io.StringIO("a,b\n1,2,3\n4\n\n5,6\n"), restkey="more", restval="?")
list(reader), reader.fieldnames, reader.line_num
