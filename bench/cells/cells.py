import csv, io, json

lines = context.split("\n")[:160_000]
json_text = json.dumps([
    {"line": i, "user": line.split(" ")[3], "n": i * 7 % 1000, "tags": ["a", "b"], "text": line[:40], "ok": i % 2 == 0, "x": i / 3}
    for i, line in enumerate(lines)
])
file = io.StringIO()
writer = csv.writer(file)
writer.writerow(["day", "level", "user", "n", "text"])
for i, line in enumerate(lines[:100_000]):
    fields = line.split(" ")
    writer.writerow([fields[0], fields[2], fields[3], i, 'said "' + fields[5] + '", twice' if i % 5 == 0 else fields[5]])
csv_text = file.getvalue()
del lines, file
_prepared = {"_prepared", *globals()}
# %% findall
import re
hits = re.findall(r"ERROR user\d+@\w+", context)
print(len(hits), hits[:2])
# %% finditer
import re
total, per = 0, {}
for m in re.finditer(r"(\w+)@(\w+)\.example\.org id=(\d+)", context):
    total += int(m.group(3))
    per[m.group(2)] = per.get(m.group(2), 0) + 1
print(total, sorted(per.items()), m.start(), m.end())
# %% split and test
lines = context.split("\n")
errors = [line for line in lines if "ERROR" in line and "anna" in line]
print(len(lines), len(errors), errors[:1])
# %% count and find
n = context.count("WARN")
positions, at = [], context.find("ERROR user77@")
while at >= 0:
    positions.append(at)
    at = context.find("ERROR user77@", at + 1)
print(n, len(positions), context.count("e"), "nowhere to be found" in context)
# %% slices
chunks = [context[i:i + 50_000] for i in range(0, len(context), 50_000)]
prompts = [f"Part {i}: count the errors in\n{chunk}" for i, chunk in enumerate(chunks)]
print(len(prompts), sum(len(p) for p in prompts))
# %% count words
from collections import Counter
words = context[:12_000_000].split()
counts = Counter(words)
print(len(words), counts.most_common(3))
# %% json
import json
records = json.loads(json_text)
print(len(records), records[5]["user"], sum(r["n"] for r in records))
# %% sorted lines
ordered = sorted(context.splitlines())
print(ordered[0][:30], ordered[-1][:30])
# %% dedupe
unique = set(line[20:60] for line in context.splitlines())
seen, kept = set(), []
for word in context[:8_000_000].split():
    if word not in seen:
        seen.add(word)
        kept.append(word)
print(len(unique), len(kept))
# %% group by
groups = {}
for line in context.split("\n"):
    parts = line.split(" ", 4)
    groups.setdefault(parts[2], []).append(parts[3])
print({k: len(v) for k, v in sorted(groups.items())})
# %% replace
changed = context.replace("example.org", "example.com").lower()
print(len(changed), changed[:60])
# %% csv
import csv, io
rows = list(csv.DictReader(io.StringIO(csv_text)))
print(len(rows), rows[10]["user"], sum(int(r["n"]) for r in rows))
# %% dates
from collections import Counter
from datetime import datetime
days = Counter()
for line in context.split("\n")[:100_000]:
    days[datetime.strptime(line[:19], "%Y-%m-%d %H:%M:%S").date().isoformat()] += 1
print(len(days), days.most_common(1))
