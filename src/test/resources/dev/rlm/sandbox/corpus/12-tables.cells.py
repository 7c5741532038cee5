# %% markdown table
import json, csv, io, re
from collections import Counter, defaultdict
orders = json.loads(documents[2].text)["orders"]
by_month = defaultdict(lambda: {"n": 0, "sum": 0.0})
for o in orders:
    row = by_month[o["when"][:7]]
    row["n"] += 1
    row["sum"] += sum(i["n"] * i["price"] for i in o["items"])
print("| month | orders | sum |\n|:--|--:|--:|")
for month, row in sorted(by_month.items()):
    print(f"| {month} | {row['n']} | {row['sum']:,.2f} |")
# %% aligned columns
def table(rows, headers):
    cells = [list(map(str, headers))] + [[f"{c:.3f}" if isinstance(c, float) else str(c) for c in r] for r in rows]
    widths = [max(len(r[i]) for r in cells) for i in range(len(headers))]
    for n, r in enumerate(cells):
        print("  ".join(c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(zip(r, widths))).rstrip())
        if n == 0:
            print("  ".join("-" * w for w in widths))
table([(d.name, len(d), len(d.text.split()), len(d.text) / max(1, d.text.count("\n"))) for d in documents], ["document", "chars", "words", "per line"])
# %% histogram
sizes = [len(o["items"]) for o in orders]
for size, n in sorted(Counter(sizes).items()):
    print(f"{size:>2} {'█' * (n // 4)}{'▌' if n % 4 > 1 else ''} {n}")
# %% running totals
import itertools
daily = sorted(Counter(o["when"][:10] for o in orders).items())
running = list(itertools.accumulate(n for _, n in daily))
for (day, n), total in list(zip(daily, running))[::40]:
    print(day, n, total, f"{total / running[-1]:.1%}")
# %% top k by group
best = defaultdict(list)
for o in orders:
    for i in o["items"]:
        best[i["sku"]].append((i["price"], o["order"]))
{sku: sorted(pairs, reverse=True)[:2] for sku, pairs in sorted(best.items())}
# %% cross table
tickets = []
for line in documents[3].text.splitlines():
    try:
        tickets.append(json.loads(line))
    except ValueError:
        pass
kinds = [t["subject"].split(" ")[0].rstrip(":") for t in tickets]
cross = Counter(zip(kinds, (t["priority"] for t in tickets)))
columns = sorted({p for _, p in cross})
print(" " * 10 + "".join(f"{c:>8}" for c in columns))
for kind in sorted(set(kinds)):
    print(f"{kind:<10}" + "".join(f"{cross[kind, c]:>8}" for c in columns))
# %% domains of mails
domains = Counter(t["mail"].split("@")[1] for t in tickets)
local = Counter(re.sub(r"\d+", "", t["mail"].partition("@")[0]).lower() for t in tickets)
domains.most_common(), local
# %% export
out = io.StringIO()
writer = csv.DictWriter(out, ["id", "priority", "subject"], extrasaction="ignore")
writer.writeheader()
writer.writerows(tickets[:4])
print(out.getvalue().replace("\r", ""))
print(json.dumps(tickets[:2], indent=1, ensure_ascii=False))
# %% matrix
n = 4
matrix = [[(i * j) % 5 for j in range(n)] for i in range(n)]
print("\n".join(" ".join(f"{v:2d}" for v in row) for row in matrix))
print([list(col) for col in zip(*matrix)] == [[matrix[j][i] for j in range(n)] for i in range(n)], sum(matrix[i][i] for i in range(n)))
# %% report
report = {
    "orders": len(orders),
    "unpaid": [o["order"] for o in orders if not o["paid"]][:3],
    "share": round(sum(o["paid"] for o in orders) / len(orders), 4),
    "range": [min(o["when"] for o in orders), max(o["when"] for o in orders)],
}
print("\n".join(f"- **{k}**: {v}" for k, v in report.items()))
report
# %% paginate
pages = [tickets[i : i + 25] for i in range(0, len(tickets), 25)]
[(number, page[0]["id"], page[-1]["id"], len(page)) for number, page in enumerate(pages, 1)]
# %% a graph
edges = defaultdict(set)
for t in tickets:
    edges[t["mail"].split("@")[0]].add(t["tags"][0])
reach = {k: sorted(v) for k, v in edges.items() if len(v) == 3}
def bfs(graph, start):
    seen, queue = {start}, [start]
    for node in queue:
        for near in sorted(graph.get(node, ())):
            if near not in seen:
                seen.add(near)
                queue.append(near)
    return queue
len(reach), bfs({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": {"a"}}, "a")
