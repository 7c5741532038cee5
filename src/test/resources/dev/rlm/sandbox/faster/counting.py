import collections

original = collections._count_elements.__wrapped__
for _ in range(60):
    words = ["".join(chance.choices("abä\U0001f600", k=chance.randint(0, 3))) for _ in range(chance.randint(0, 900))]
    if chance.random() < 0.2:
        words.insert(chance.randrange(len(words) + 1), chance.choice([None, 1, StrangeStr("a"), ("a",)]))
    before = collections.Counter(chance.choices("abc", k=chance.randint(0, 5)))
    expected, got = collections.Counter(before), collections.Counter(before)
    original(expected, words)
    got.update(words)
    check(list(got.items()), list(expected.items()), words[:5])
    check([type(key) for key in got], [type(key) for key in expected], "types")


class Own(collections.Counter):
    def __setitem__(self, key, value):
        super().__setitem__(key, value * 10)


check(dict(Own(["a"] * 300)) == {"a": 3}, False, "subclasses count in their own way")
