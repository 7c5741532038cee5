print(len(context), len(documents), documents[0])
print(context[:500])
# %%
import re

mails = re.findall(r"[\w.]+@[\w.]+", context)
answers = [int(m.group(1)) for m in re.finditer(r"the answer is (\d+)", context)]
print(len(mails), sum(answers), mails[:5])
# %%
from collections import Counter, defaultdict

words = Counter(context.lower().split())
by_day = defaultdict(list)
for line in context.splitlines():
    fields = line.split(" ")
    if len(fields) > 3 and "wrote" in line:
        by_day[fields[0]].append(fields[1])
words.most_common(10)
# %%
chunks = [context[i : i + 50_000] for i in range(0, len(context), 50_000)]
replies = llm_query_batched([f"Count the entries in:\n{chunk}" for chunk in chunks])
import json

total = sum(json.loads(reply)["length"] for reply in replies if not isinstance(reply, SubCallFailure))
print(total, budget())
# %%
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(max_workers=8) as pool:
    results = list(pool.map(lambda d: llm_query("Summarize: " + d.text[:1000]), documents))
print(results)
# %%
found = grep(r"user12\d@", max_matches=20, context_lines=1)
for match in found:
    print(match)
print(context.count("answer"), context.find("entry 777"), context.replace("entry", "item")[:80])
# %%
records = [{"line": i, "text": line, "size": len(line)} for i, line in enumerate(context.split("\n")[:5000])]
text = json.dumps(records)
back = json.loads(text)
top = sorted(back, key=lambda record: (-record["size"], record["line"]))[:3]
unique = sorted({record["text"][:10] for record in back})
print(top, unique[:5])
# %%
import csv, datetime, io, itertools, statistics, textwrap

rows = list(csv.reader(io.StringIO(context[:200_000].replace(" ", ","))))
days = [datetime.datetime.strptime(row[0], "%Y-%m-%d") for row in rows[:300] if len(row) > 3 and row[0].startswith("20")]
sizes = [len(list(group)) for _, group in itertools.groupby(sorted(days))]
print(statistics.mean(sizes), max(days).isoformat(), textwrap.shorten(context[:300], 80))
# %%
class Tally:
    def __init__(self):
        self.counts = {}

    def add(self, key, n=1):
        self.counts[key] = self.counts.get(key, 0) + n


tally = Tally()
for i in range(100_000):
    tally.add(i % 97)
try:
    tally.counts["missing"]
except KeyError as error:
    print(f"missing: {error!r}")
for i in range(5_000):
    print(i, end=" ")
# %%
def endless(n):
    return endless(n + 1)


try:
    endless(0)
except RecursionError:
    import traceback

    print(traceback.format_exc()[-200:])
# %%
SHOW_VARS()
# %%
answer["content"] = {"total": total, "top": top, "days": len(by_day)}
# %%
FINAL(answer["content"])
