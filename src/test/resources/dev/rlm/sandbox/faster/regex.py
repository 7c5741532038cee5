"""Random patterns over random texts; `found` is what they find, which CPython says as well."""

import hashlib
import random
import re

chance = random.Random(seed)
letters = ["a", "b", "A", "1", "_", " ", "\\n", "-", "é", "\\xa0", "\\x1c", "²", "ß", "\\.", "\u4e2d"]
classes = ["\\w", "\\d", "\\s", "\\W", "\\D", "\\S", ".", "[ab]", "[^a]", "[a-c1]", "[^\\w]", "[\\s_é]", "[\\W1]", "[^\\d\\n]", "[A-z]"]
places = ["^", "$", "\\b", "\\B", "\\A", "\\Z", "(?=a)", "(?!b)", "(?<=a)", "(?<!1)"]


def pattern(depth):
    kind = chance.random()
    if depth == 0 or kind < 0.35:
        return chance.choice(letters if chance.random() < 0.6 else classes)
    if kind < 0.55:
        return pattern(depth - 1) + pattern(depth - 1)
    if kind < 0.65:
        return "(?:" + pattern(depth - 1) + "|" + pattern(depth - 1) + ")"
    if kind < 0.75:
        return "(" + pattern(depth - 1) + ")"
    if kind < 0.82:
        return chance.choice(places) + pattern(depth - 1)
    body = chance.choice(letters + classes) if chance.random() < 0.7 else "(?:" + pattern(depth - 1) + ")"
    return body + chance.choice(["*", "+", "?", "{2}", "{1,3}", "{0,2}", "*?", "+?", "??"])


found = []
for _ in range(600):
    flags = chance.choice([0, 0, 0, re.I, re.M, re.S, re.A, re.I | re.M, re.X])
    source = pattern(3)
    try:
        compiled = re.compile(source, flags)
    except re.error:
        continue
    if re._parser.parse(source, flags).getwidth()[0] == 0:
        continue
    for _ in range(4):
        text = "".join(chance.choices("aabbAB11__  \n\n-.éÉ²ß\xa0\x1c\x85µ"[: chance.choice([8, 14, 16, 25])], k=chance.randint(0, 60)))
        if chance.random() < 0.05:
            text += "\u4e2d\U0001f600"
        by = chance.choice(["", "x", "$1", "<é>"])
        found.append((source, int(flags), text, compiled.findall(text), compiled.split(text), compiled.sub(by, text)))
digest = hashlib.sha256(ascii(found).encode()).hexdigest()
print(len(found), digest[:16])
