alphabets = ["ab", "abcXYZ019 _-", "aäöüßéÿ\x80\xa0", "a\u0431\u4e2d", "a\U0001f600z"]
for _ in range(60):
    alphabet = chance.choice(alphabets)
    items = ["".join(chance.choices(alphabet, k=chance.randint(0, 12))) for _ in range(chance.randint(0, 600))]
    if chance.random() < 0.1:
        items.append(StrangeStr("b"))
    reverse = chance.random() < 0.5
    expected = list(items)
    list.sort.__wrapped__(expected, reverse=reverse)
    check(sorted(items, reverse=reverse), expected, (alphabet, len(items), reverse))
    own = list(items)
    check((own.sort(reverse=reverse), own), (None, expected), "list.sort")
    check([type(each) for each in own], [type(each) for each in expected], "types")
    by_length = sorted(items, key=len)
    check(by_length, sorted.__wrapped__(items, key=len), "key")
check(sorted((3, 1, 2)), [1, 2, 3], "numbers")
check(raised(lambda: sorted(["a"] * 300 + [1])), raised(lambda: sorted.__wrapped__(["a"] * 300 + [1])), "mixed")
check(raised(lambda: sorted()), raised(lambda: sorted.__wrapped__()), "nothing")
