# %% chunks with overlap
def chunks(text, size, overlap=0):
    step = size - overlap
    return [(i, text[i : i + size]) for i in range(0, max(1, len(text) - overlap), step)]
parts = chunks(context, 20_000, 200)
print(len(parts), [len(p) for _, p in parts][-3:], all(context[i : i + len(p)] == p for i, p in parts))
# %% one question each
answers = [llm_query(f"What is this about?\n{part}") for _, part in parts[:3]]
answers
# %% a batch
replies = llm_query_batched([f"Reply in JSON: how long is this?\n{part}" for _, part in parts])
import json
sizes = [json.loads(r) for r in replies]
print(sum(s["length"] for s in sizes), sum(s["words"] for s in sizes), sizes[0])
# %% a batch with failures
prompts = ["one", "two REFUSE", "three"]
replies = llm_query_batched(prompts)
for prompt, reply in zip(prompts, replies):
    print(f"{prompt!r:<15} {'failed' if isinstance(reply, SubCallFailure) else 'ok':<7} {reply}")
# %% retry
def ask(prompt, tries=3):
    for attempt in range(1, tries + 1):
        try:
            return llm_query(prompt if attempt < 3 else prompt.replace("REFUSE", "please"))
        except SubCallError as e:
            print(f"attempt {attempt}: {e}")
    return None
ask("Do it, REFUSE")
# %% pool
from concurrent.futures import ThreadPoolExecutor, as_completed
with ThreadPoolExecutor(max_workers=8) as pool:
    results = list(pool.map(lambda p: llm_query(f"Count the \n{p[1]}"), parts))
print(results, sum(map(int, results)))
# %% pool with futures
with ThreadPoolExecutor(8) as pool:
    futures = {pool.submit(llm_query, f"Is a refund asked for, yes or no?\n{d.text[:500]}"): d.name for d in documents}
    votes = {futures[f]: f.result() for f in as_completed(futures)}
sorted(votes.items())
# %% reduce by levels
def summarize(texts, level=0):
    if len(texts) == 1:
        return texts[0], level
    groups = ["\n".join(texts[i : i + 4]) for i in range(0, len(texts), 4)]
    return summarize(llm_query_batched([f"Summarize:\n{g}" for g in groups]), level + 1)
summarize([p for _, p in parts])
# %% count without overlap
import re
counts = {}
for d in documents:
    replies = llm_query_batched([f"Count notice\n{part}" for _, part in chunks(d.text, 5_000)])
    counts[d.name] = sum(map(int, replies))
exact = {d.name: d.text.count("notice") for d in documents}
{n: (counts[n], exact[n]) for n in counts if exact[n]}
# %% relevance by keywords
def score(text, keywords):
    low = text.lower()
    return sum(low.count(k) * w for k, w in keywords.items())
ranked = sorted(((score(p, {"deadlock": 5, "timeout": 1, "giraffe": 100}), i) for i, p in parts), key=lambda x: (-x[0], x[1]))
print(ranked[:4])
best = context[ranked[0][1] : ranked[0][1] + 20_000]
print(re.findall(r"passphrase is '([^']+)'", best))
# %% tf-idf
import math
from collections import Counter
bags = [Counter(re.findall(r"[a-z]{3,}", d.text.lower())) for d in documents]
df = Counter(w for bag in bags for w in bag)
def tfidf(bag):
    total = sum(bag.values()) or 1
    return sorted(((n / total * math.log(len(bags) / df[w]), w) for w, n in bag.items()), key=lambda x: (-round(x[0], 9), x[1]))
for d, bag in zip(documents, bags):
    print(d.name, [(w, round(s, 5)) for s, w in tfidf(bag)[:4]])
# %% cosine
def cosine(a, b):
    dot = sum(a[w] * b[w] for w in a.keys() & b.keys())
    norm = math.sqrt(sum(v * v for v in a.values())) * math.sqrt(sum(v * v for v in b.values()))
    return dot / norm if norm else 0.0
similar = {(documents[i].name, documents[j].name): cosine(bags[i], bags[j]) for i in range(len(bags)) for j in range(i)}
[(pair, round(s, 6)) for pair, s in sorted(similar.items(), key=lambda x: -x[1])[:3]]
# %% cache and budget
import functools
calls = 0
@functools.lru_cache(maxsize=None)
def cached(prompt):
    global calls
    calls += 1
    return llm_query(prompt)
[cached(p) for p in ["a", "b", "a", "a"]], calls, cached.cache_info(), budget()
# %% verify by vote
votes = Counter(llm_query(f"{i}: refund? yes or no") if i % 3 else llm_query(f"{i}: money? yes or no") for i in range(7))
winner, n = votes.most_common(1)[0]
f"{winner} by {n} of {votes.total()}", votes
# %% evidence with offsets
evidence = []
for m in re.finditer(r"refund", context):
    start = context.rfind("\n", 0, m.start()) + 1
    end = context.find("\n", m.end())
    evidence.append({"start": m.start(), "line": context.count("\n", 0, m.start()) + 1, "quote": context[start : min(end, start + 40)]})
print(len(evidence))
evidence[:2], evidence[-1]
