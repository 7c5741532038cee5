# %% groups
import re
m = re.match(r"(?P<first>\w+)\s+(\w+)(\s+x)?", "hello world")
m.group(), m.groups(), m.groups("none"), m.groupdict(), m["first"], m[2], m.start("first"), m.span(3), m.lastindex, m.lastgroup, m.re.groups
# %% findall shapes
print(re.findall(r"\d+", "a1b22"), re.findall(r"(\w)(\d)?", "a1bc2"), re.findall(r"(?:a|b)+", "abacab"), re.findall(r"x*", "axb"), re.findall(r"(a)|b", "ab"))
# %% dates in many forms
text = "On 2026-03-01, 1/2/26, 3 March 2026, Mar. 4th, 2026 and 05.06.2026; not 2026-13-45x."
print(re.findall(r"\b\d{4}-\d{2}-\d{2}\b", text))
print(re.findall(r"\b(\d{1,2})[./](\d{1,2})[./](\d{2,4})\b", text))
print(re.findall(r"\b(?:\d{1,2} )?(?:Jan|Feb|Mar)[a-z]*\.? \d{1,4}(?:th)?,? ?\d{0,4}", text))
# %% mail addresses and links
print(sorted(set(re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", context)))[:6])
print(re.findall(r'href="([^"]+)"', context)[:2], len(re.findall(r"https?://\S+", context)))
# %% look around
print(re.findall(r"(?<=\$)\d+(?=\.)", "$12.50 and $7 and 8."), re.findall(r"\b\w+(?!\w*ing)\b", "sing song ringing"), re.sub(r"(?<=\d)(?=(\d{3})+\b)", ",", "1234567 and 1000"), re.findall(r"(?<!un)happy", "happy unhappy"))
# %% back references
print(re.findall(r"\b(\w+) \1\b", "the the cat sat sat down"), re.sub(r"(?P<a>\w)(?P<b>\w)", r"\g<b>\g<a>", "abcdef"), re.sub(r"(.)\1+", r"\1", "aabbccd"), re.match(r"(['\"]).*?\1", "'it\"s'x").group())
# %% flags
print(re.findall(r"^\w+", "one\ntwo\nThree", re.M), re.findall("t.o", "t\no two", re.S), re.findall("three", "THREE", re.I), re.findall(r"""\d+  # digits
   \s  # one space""", "12 34", re.X), re.findall(r"(?i)straße|İ", "STRASSE Straße i̇"), re.findall(r"(?s:a.b)|c.d", "a\nb c\nd"), re.findall(r"\w+", "é ü x", re.A))
# %% split
print(re.split(r"[,;]\s*", "a, b;c ,d"), re.split(r"(\W)", "a-b c"), re.split(r"x*", "axbc"), re.split(r"\s+", " lead and trail "), re.split(r",", "a,b,c,d", maxsplit=2), re.split(r"(?<=[.!?])\s+", "One. Two! Three? four"))
# %% sub with functions
count = iter(range(100))
print(re.sub(r"\bx\b", lambda m: f"{m.group()}{next(count)}", "x y x z x"), re.sub("a", "b", "aaaa", count=2), re.subn(r"", "-", "abc"), re.sub(r"(a)|(b)", r"[\1\2]", "ab"), re.sub(r"\\", "/", r"C:\dir\file"), re.sub("x", r"\n\t\\", "axb").encode())
# %% greedy or not
html = "<b>one</b> and <b>two</b>"
print(re.findall(r"<b>.*</b>", html), re.findall(r"<b>(.*?)</b>", html), re.findall(r"<[^>]+>", html), re.findall(r"a{2,3}?", "aaaaaa"), re.findall(r"(?>a+)b|a++c", "aab aac"))
# %% finditer over unicode
text = "日本😀語 naïve 𝔘ber"
print([(m.group(), m.start(), m.end()) for m in re.finditer(r"\w+|\S", text)])
print([text[m.start():m.end()] == m.group() for m in re.finditer(r".", text)].count(False), re.search("語", text).start(), re.search(r"\bber", text), re.sub(r"[^\x00-\x7f]", "?", text))
# %% unicode classes
print(re.findall(r"\d+", "12 ١٢ १२ ½ ²"), re.findall(r"\s", "a\u00a0b\u2009c\u200bd\u2028e\x1cf"), re.findall(r"[^\W\d_]+", "a1_é日"), re.findall("[à-ÿ]", "aéÿz"), re.fullmatch(r"\w", "ª") is not None, re.findall("[😀-😂]", "😁😃😂"), re.findall("ſ|ß", "ſSß", re.I))
# %% scanner and pos
pattern = re.compile(r"\d")
print(pattern.search("a1b2", 2), pattern.match("1a", 1), pattern.fullmatch("x5", 1), [m.start() for m in pattern.finditer("1a2b3", 1, 4)], re.compile("^a").search("ba", 1), re.compile("^a", re.M).search("\na").start(), re.search(r"a\Z", "a\n"), re.search(r"a$", "a\n"))
# %% tokenizer
tokens = [("NUMBER", r"\d+(?:\.\d*)?"), ("NAME", r"[A-Za-z_]\w*"), ("OP", r"[-+*/=()]"), ("SKIP", r"\s+"), ("BAD", r".")]
scanner = re.compile("|".join(f"(?P<{n}>{p})" for n, p in tokens))
[(m.lastgroup, m.group()) for m in scanner.finditer("x1 = 3.5*(y+2) ?") if m.lastgroup != "SKIP"]
# %% escape and compile
print(re.escape("a.b*c (d) 'e' é-😀 #~"), re.compile("a+", re.I | re.M), re.compile("a+").flags, repr(re.search("b+", "abbbbc")), repr(re.search(".*", "q'\"x")))
# %% wrong patterns
for bad in ["(", "a**", "[a", "(?P<n>a)(?P<n>b)", r"\1", "x{3,1}", "(?P=no)", "[z-a]", r"\q", "*a", "(?z)", ")", "(?P<1>a)"]:
    try:
        re.compile(bad)
        print(repr(bad), "compiles")
    except re.error as e:
        print(repr(bad), "->", e, "|", e.pos)
try:
    re.sub("a", r"\2", "a")
except re.error as e:
    print(e)
# %% bytes
re.findall(rb"\w+", "né 12".encode()), re.sub(rb"\d", b"#", b"a1b22"), re.search(b"b", b"abc").span()
# %% words at the ends of lines
ends = re.findall(r"(\w+)[ \t]*$", documents[6].text, re.MULTILINE)
ends[:12], len(re.findall(r"^", "a\nb\n", re.M)), len(re.findall(r"$", "a\nb\n", re.M))
# %% conditional and optional
print(re.findall(r"(<)?(\w+@\w+)(?(1)>)", "<a@b> c@d"), [m.groups() for m in re.finditer(r"(\w+)(?:=(\w+))?", "a=1 b c=3")], re.match(r"(a)?(b)?", "b").groups(), re.match("", "").span())
# %% a verbose pattern over the contract
CLAUSE = re.compile(r"""
    ^(?P<section>\d+)\.(?P<clause>\d+)   # number
    \s+(?P<text>.+?)                     # its text
    (?:\s(?P<mark>Amended)\.)?$          # whether it was changed
""", re.X | re.M)
marks = [(m["section"], m["clause"], m["mark"]) for m in CLAUSE.finditer(documents[5].text) if m["mark"]]
marks, len(CLAUSE.findall(documents[5].text))
