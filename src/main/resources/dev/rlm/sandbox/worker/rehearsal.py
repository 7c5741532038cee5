import re

print(len(context), len(documents), documents[0].name, documents[0].text[:100])
print(context[:200])
# %%
lines = [line for line in context.splitlines() if re.search(r"ERROR", line)]
by_day = {}
for line in lines:
    by_day.setdefault(line.split()[0], []).append(line)
for day, found in sorted(by_day.items()):
    print(f"{day}: {len(found)}")
hits = grep("ERROR", max_matches=5)
hits[:2], SHOW_VARS()
# %%
def largest(counts):
    return max(counts, key=counts.get)

no_such_name
