import random

words = ["".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=random.randint(3, 9))) for _ in range(500)]
text = "\n".join(
    f"2026-0{i % 9 + 1}-{i % 28 + 1:02d} {i % 24:02d}:{i % 60:02d}:00 {'ERROR' if i % 7 else 'INFO'} user{i % 97}@example.org id={i} "
    + " ".join(random.choices(words, k=8))
    for i in range(12_000)
)
# %%
import re

for pattern in (r"ERROR user\d+@\w+", r"id=(\d+)", r"(\w+)@(\w+)\.org", r"\b[a-z]{4}\b", r"(?i)error"):
    found = re.findall(pattern, text)
    len(re.sub(pattern, "-", text)), len(re.split(pattern, text))
# %%
lines = text.splitlines()
errors = [line for line in lines if "ERROR" in line and line.startswith("2026")]
groups = {}
for line in lines:
    parts = line.split(" ", 4)
    groups.setdefault(parts[2], []).append(parts[3])
seen, kept = set(), []
for word in text.split():
    if word not in seen:
        seen.add(word)
        kept.append(word)
# %%
from collections import Counter, defaultdict

counts = Counter(text.split())
counts.update(line[:10] for line in lines)
counts.most_common(3)
sorted(lines), sorted(counts, reverse=True), sorted(lines, key=len), sorted(counts.items(), key=lambda pair: -pair[1])
# %%
import csv, io, json

table = "day,level,user\n" + "\n".join(",".join(line.split(" ")[:3]) for line in lines[:3000])
rows = list(csv.DictReader(io.StringIO(table)))
records = json.loads(json.dumps([{"line": i, "text": line, "tags": ["a", i / 3, None]} for i, line in enumerate(lines[:3000])]))
# %%
from datetime import datetime

days = Counter()
for line in lines[:6000]:
    days[datetime.strptime(line[:19], "%Y-%m-%d %H:%M:%S").date().isoformat()] += 1
# %%
chunks = [text[i : i + 50_000] for i in range(0, len(text), 50_000)]
prompts = [f"Part {i}: count the errors in\n{chunk}" for i, chunk in enumerate(chunks)]
text.count("ERROR"), text.find("nowhere"), text.replace("example.org", "example.com").lower().upper(), "nowhere" in text
