import re

# As CPython finds them.
check(re.sub(r"x*", "-", "abxd"), "-a-b--d-", "nothing after something")
check(re.findall("a", "banana", re.I), ["a", "a", "a"], "the module's functions go the same way")
check(re.compile("a").findall("banana", 2), ["a", "a"], "from a position")
check(re.sub("(a)", r"<\1>", "banana", count=2), "b<a>n<a>na", "references")
check(re.sub("a", lambda m: m.group().upper(), "banana"), "bAnAnA", "functions")
check(re.findall(b"a", b"banana"), [b"a", b"a", b"a"], "bytes")
check(raised(lambda: re.findall("a", 1)), "TypeError", "no text")
check(re.findall("\u4e2d.", "a\u4e2db\u4e2d\U0001f600"), ["\u4e2db", "\u4e2d\U0001f600"], "beyond Latin-1")
# What takes other engines exponential time, and more than any stack holds.
check(re.findall("(?:a|b)*c", "ab" * 50_000), [], "deep")
check(re.findall("(a+)+b", "a" * 40), [], "nested")
check(re.findall("a*a*a*a*a*b", "a" * 300), [], "polynomial")
long = "word " * 1_000_000 + "x@y"
check(re.findall(r"(\w+)@", long), ["x"], "long")
check(len(re.split(r"\s", long)), 1_000_001, "many parts")
