# %% parse
import re
from collections import Counter, defaultdict
log = documents[0].text
LINE = re.compile(r"^(?P<time>\S+)Z (?P<level>\w+)\s+\[(?P<service>\w+)\] req=(?P<req>[0-9a-f]{8}) user=(?P<user>\d+) took (?P<ms>\d+) ms$", re.M)
rows = [m.groupdict() for m in LINE.finditer(log)]
print(len(rows))
rows[:2]
# %% levels
Counter(r["level"] for r in rows)
# %% levels by service
table = defaultdict(Counter)
for r in rows:
    table[r["service"]][r["level"]] += 1
levels = ["DEBUG", "INFO", "WARN", "ERROR"]
print(f"{'service':<10}" + "".join(f"{level:>8}" for level in levels) + f"{'total':>8}")
for service in sorted(table):
    print(f"{service:<10}" + "".join(f"{table[service][level]:>8}" for level in levels) + f"{sum(table[service].values()):>8}")
# %% slowest requests
import heapq
for r in heapq.nlargest(5, rows, key=lambda r: (int(r["ms"]), r["req"])):
    print(f"{int(r['ms']):>6,} ms  {r['service']:<8} {r['req']} {r['time']}")
# %% percentiles
import statistics
took = sorted(int(r["ms"]) for r in rows)
print(statistics.mean(took), statistics.median(took), statistics.pstdev(took))
print(statistics.quantiles(took, n=10))
print({p: took[min(len(took) - 1, int(len(took) * p / 100))] for p in (50, 90, 99)})
# %% errors with their stack traces
blocks = re.split(r"\n(?=2026-\d\d-\d\dT)", log)
errors = [b for b in blocks if " ERROR " in b.split("\n", 1)[0]]
print(len(blocks), len(errors))
print(errors[0])
kinds = Counter(re.search(r"^java\.util\.(\w+): (.+)$", b, re.M).groups() for b in errors)
kinds.most_common()
# %% causes
causes = re.findall(r"Caused by: [\w.]+: connection reset by (10\.0\.(\d)\.\d{1,3})$", log, flags=re.MULTILINE)
print(len(causes), causes[:3], Counter(net for _, net in causes).most_common())
# %% by hour
hours = Counter(r["time"][11:13] for r in rows)
peak = max(hours.values())
for hour in sorted(hours):
    print(hour, "#" * round(40 * hours[hour] / peak), hours[hour])
# %% gaps
from datetime import datetime, timedelta
times = [datetime.fromisoformat(r["time"]) for r in rows]
gaps = [(b - a, a) for a, b in zip(times, times[1:])]
longest = max(gaps)
print(longest, longest[0].total_seconds())
print(sum((gap for gap, _ in gaps), timedelta()) / len(gaps))
# %% sessions of users
import itertools
rows.sort(key=lambda r: (int(r["user"]), r["time"]))
busiest = []
for user, group in itertools.groupby(rows, key=lambda r: r["user"]):
    group = list(group)
    busiest.append((len(group), user, group[0]["time"], group[-1]["time"]))
sorted(busiest, reverse=True)[:3]
# %% a state machine
state, runs, current = None, [], 0
for r in sorted(rows, key=lambda r: r["time"]):
    bad = r["level"] in {"WARN", "ERROR"}
    if bad == state:
        current += 1
    else:
        if state is not None:
            runs.append((state, current))
        state, current = bad, 1
runs.append((state, current))
Counter(length for was_bad, length in runs if was_bad)
# %% redact
redacted = re.sub(r"user=(\d+)", lambda m: f"user=<{int(m[1]) % 7}>", log)
redacted, n = re.subn(r"req=([0-9a-f]{4})[0-9a-f]{4}", r"req=\1****", redacted)
print(n)
print(redacted[:250])
# %% duplicates of request ids
seen, twice = set(), []
for r in rows:
    key = r["req"][:3]
    (twice.append(key) if key in seen else seen.add(key))
len(seen), len(twice), sorted(twice)[:5]
