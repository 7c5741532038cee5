# %% unified diff
import difflib, re
one, two = documents[4].text.splitlines(), documents[5].text.splitlines()
diff = list(difflib.unified_diff(one, two, "v1", "v2", lineterm="", n=0))
print(len(diff))
for line in diff[:12]:
    print(line[:90])
# %% opcodes
matcher = difflib.SequenceMatcher(None, one, two, autojunk=False)
[(tag, i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"], round(matcher.ratio(), 6)
# %% words that changed
for tag, i1, i2, j1, j2 in matcher.get_opcodes():
    if tag == "replace":
        a, b = one[i1].split(), two[j1].split()
        for t, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b).get_opcodes():
            if t != "equal":
                print(one[i1].split()[0], t, a[a1:a2], "->", b[b1:b2])
# %% ndiff
print("\n".join(difflib.ndiff(["one two", "three", "four"], ["one too", "three", "5"])))
# %% clauses by number
def clauses(text):
    return dict(re.findall(r"^(\d+\.\d+) (.+)$", text, re.M))
c1, c2 = clauses(documents[4].text), clauses(documents[5].text)
print(len(c1), len(c2), sorted(c1.keys() - c2.keys()), sorted(c2.keys() - c1.keys()))
print(sorted((k for k in c1.keys() & c2.keys() if c1[k] != c2[k]), key=lambda k: tuple(map(int, k.split(".")))))
# %% sets
a, b = {w.lower().strip(".") for w in documents[4].text.split()}, {w.lower().strip(".") for w in documents[5].text.split()}
print(sorted(b - a), sorted(a ^ b)[:5], len(a | b), a.isdisjoint({"zzz"}), {"the"} <= a, frozenset({1, 2}) == {2, 1})
# %% shingles and duplicates
import hashlib
sentences = [s.strip() for s in re.split(r"(?<=\.)\s+", documents[9].text) if s.strip()]
digests = {}
for i, s in enumerate(sentences):
    digests.setdefault(hashlib.md5(s.lower().encode()).hexdigest()[:6], []).append(i)
print(len(sentences), len(digests), [v for v in digests.values() if len(v) > 1][:3], next(iter(digests)))
def shingles(text, n=3):
    words = text.lower().split()
    return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}
s, t = shingles(sentences[0]), shingles(sentences[1])
len(s), len(s & t), round(len(s & t) / len(s | t), 4)
# %% dedupe in order
tags = ["b", "a", "b", "c", "a"]
list(dict.fromkeys(tags)), sorted(set(tags), key=tags.index), [t for i, t in enumerate(tags) if t not in tags[:i]]
# %% check claims against the text
claims = {"the passphrase is 'purple giraffe 42'": True, "magic number of the south gate": False, "Signed in Zürich": True}
checked = {claim: claim in context for claim in claims}
assert checked == claims, "a claim is wrong"
print(*(f"{'✓' if ok else '✗'} {claim}" for claim, ok in checked.items()), sep="\n")
# %% cross check of two sources
import json, csv, io
orders = json.loads(documents[2].text)["orders"]
ids = {int(r["id"]) for r in csv.DictReader(io.StringIO(documents[1].text, newline=""))}
orphans = [(o["order"], o["person"]) for o in orders if o["person"] not in ids]
unordered = sorted(ids - {o["person"] for o in orders})
print(len(orphans), orphans[:3], len(unordered), unordered[:5])
# %% longest common substring
def longest_common(a, b):
    m = difflib.SequenceMatcher(None, a, b, autojunk=False).find_longest_match()
    return m.size, a[m.a : m.a + m.size]
longest_common(c1["3.2"], c1["5.1"])
# %% bisect positions to documents
import bisect
starts = [d.start for d in documents]
def where(position):
    return documents[bisect.bisect_right(starts, position) - 1].name
[where(m.start()) for m in re.finditer("passphrase|deadlock found|Zürich", context)][:12:3], bisect.bisect_left([1, 3, 3, 5], 3), bisect.insort(starts, 5), starts[:2]
