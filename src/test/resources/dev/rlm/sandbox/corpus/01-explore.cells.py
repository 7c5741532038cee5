# %% first look
print(f"context: {type(context).__name__} of {len(context):,} characters")
print(context[:300])
print("...")
print(context[-200:])
# %% the documents
for d in documents:
    print(f"{d.name:<28} {len(d):>8,} {d.start:>8} {d.end:>8} {d.text[:20]!r}")
# %% slices agree
all(context[d.start:d.end] == d.text for d in documents), documents[0]
# %% lines and their lengths
lines = context.split("\n")
lengths = [len(line) for line in lines]
print(len(lines), max(lengths), sum(lengths) / len(lengths))
print(sorted(lengths, reverse=True)[:5])
# %% splitlines is not split
len(context.splitlines()), len(context.split("\n")), len(context.split()), context.count("\r\n")
# %% most common words
from collections import Counter
import re
words = Counter(re.findall(r"[a-z']+", context.lower()))
words.most_common(15)
# %% most common characters
chars = Counter(context)
print(chars.most_common(12))
print(sum(chars.values()) == len(context), len(chars))
rare = sorted(c for c, n in chars.items() if n == 3)
print(rare)
# %% find the needle
position = context.find("magic number")
print(position, context[position - 60 : position + 80])
m = re.search(r"magic number of the (\w+ gate) is (\d+)", context)
print(m, m.groups(), m.span(2))
# %% keyword in context
def kwic(word, width=30, most=5):
    for i, m in enumerate(re.finditer(re.escape(word), context)):
        if i >= most:
            print("...")
            break
        print(f"{m.start():>7} {context[max(0, m.start() - width):m.start()]!r} [{m.group()}] {context[m.end():m.end() + width]!r}")
kwic("passphrase")
kwic("deadlock")
# %% grep
hits = grep(r"deadlock found", context_lines=1)
print(len(hits), hits.truncated)
hits[0], hits[0].before, hits[0].after
# %% grep by document
from collections import defaultdict
by_document = defaultdict(list)
for m in grep(r"refund", ignore_case=True):
    by_document[m.document].append(m.line)
{name: (len(numbers), numbers[:5]) for name, numbers in by_document.items()}
# %% chapters
chapters = [(m.group(1), m.start()) for m in re.finditer(r"^CHAPTER (\d+)$", context, re.M)]
bounds = [start for _, start in chapters] + [len(context)]
for (number, start), end in zip(chapters, bounds[1:]):
    print(number, end - start, context[start:end].split("\n", 1)[1][:60])
# %% the last underscore
_
# %% sample with a seed
import random
random.seed(7)
sample = random.sample(lines, 3)
print([s[:40] for s in sample], random.randint(1, 100), random.choice("abc"), round(random.random(), 6))
random.shuffle(numbers := list(range(10)))
numbers, random.choices([1, 2, 3], weights=[1, 5, 1], k=8), round(random.gauss(0, 1), 9)
