original = str.splitlines.__wrapped__
for _ in range(200):
    text = "".join(chance.choices("ab\n\r\x0b\x0c\x1f\x85é\u2028\U0001f600"[: chance.choice([2, 4, 6, 9, 11])], k=chance.randint(0, 700)))
    keep = chance.random() < 0.5
    check(text.splitlines(keep), original(text, keep), text[:20])
    check(text.splitlines(keepends=keep), original(text, keep), text[:20])
check(raised(lambda: "a".splitlines(1, 2)), raised(lambda: original("a", 1, 2)), "too many")
check("a\x1cb\x1d\x1ec".splitlines(), ["a", "b", "", "c"], "as in CPython")
check("a\x1cb\r\n".splitlines(True), ["a\x1c", "b\r\n"], "as in CPython")
