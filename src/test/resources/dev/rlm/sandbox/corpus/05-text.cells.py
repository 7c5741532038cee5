# %% lengths of what is beyond ASCII
notes = documents[6].text
flag, family, thumb = "🇨🇭", "👨‍👩‍👧‍👦", "👍🏽"
print(len(notes), [len(x) for x in (flag, family, thumb, "𝔘", "é", "e\u0301")], [hex(ord(c)) for c in thumb])
# %% slices and finds
i = notes.find("😃")
print(i, notes[i], notes[i - 3 : i + 3], notes.index("𝔘"), notes.rfind("😀"), notes.count("😀"), notes.find("zzz"), notes[::500], "𝔘𝔫"[::-1], list("a😀b"), list(reversed("x😀é")))
# %% cases
for word in ["Straße", "ﬁne", "ΟΔΥΣΣΕΎΣ", "İstanbul", "ı", "ǆ", "Ⅷ", "ŉ", "𐐨", "ß"]:
    print(word, word.upper(), word.lower(), word.title(), word.casefold(), word.swapcase(), word.capitalize(), len(word.upper()))
# %% normal forms
import unicodedata
for form in ("NFC", "NFD", "NFKC", "NFKD"):
    print(form, [len(unicodedata.normalize(form, x)) for x in ("é", "e\u0301", "ﬁ", "Å", "①", "한", "½", "…")], unicodedata.normalize(form, "Å\u00a0½ ﬁ"))
print(unicodedata.is_normalized("NFC", "e\u0301"))
# %% fold accents
def fold(text):
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
[fold(w) for w in ("Zürich", "São Paulo", "Kraków", "Ñuño", "Ⅷ", "Αθήνα", "Łódź", "STRAßE")]
# %% names and categories
[(c, unicodedata.name(c, "?"), unicodedata.category(c), unicodedata.bidirectional(c), unicodedata.east_asian_width(c)) for c in "a½٣Ⅷ\u200b東😀\u0301€"]
# %% what kinds
[(c, c.isalpha(), c.isdigit(), c.isdecimal(), c.isnumeric(), c.isalnum(), c.isspace(), c.isupper(), c.isidentifier(), c.isprintable()) for c in "a1½²٣Ⅷ東 \u00a0\u200b_É😀"]
# %% splitting
print("a\u2028b\x0bcd\x85e\r\nf\rg\n".splitlines(), "a\u2028b".split(), "x\u00a0y\u3000z".split(), " \u2003a ".strip() == "a", "a\u200b ".strip().encode(), "a,b,,c,".split(","), "a  b ".split(" "), "abc".split("b", 1), "a.b.c".rsplit(".", 1), "k=v=w".partition("="), "kv".rpartition("="))
# %% stripping and padding
print(repr("xxabcxx".strip("x")), "file.tar.gz".removesuffix(".gz"), "www.x".removeprefix("www."), "é".center(7, "*"), "😀".ljust(4, ".") + "|", "-42".zfill(6), "ab\tc\td".expandtabs(4), repr("mixed".lstrip("mi")), "x".rjust(3) + "|")
# %% replacing
table = str.maketrans({"ä": "ae", "😀": ":)", "x": None, 0x2014: "-"})
print("ä😀x—".translate(table), "hello".translate(str.maketrans("el", "ip")), "aaa".replace("a", "b", 2), "abc".replace("", "-"), "😀a😀".replace("😀", ""), "aXbX".swapcase(), "%s and %d%%" % ("x", 5), "{} {0}".replace("0", "") .format(1, 2))
# %% encodings
print("é😀".encode(), "é".encode("latin-1"), "é😀".encode("utf-16-le").hex(), b"\xff\xfeA".decode("utf-8", "replace"), b"caf\xe9".decode("latin-1"), b"a\xffb".decode("utf-8", "ignore"), b"a\xffb".decode("ascii", "backslashreplace"), "é😀".encode("ascii", "xmlcharrefreplace"), "日本".encode("shift_jis"), "naïve".encode("idna") if False else "", "ü".encode("cp1252"))
for bad in (lambda: b"a\xff\xfe".decode(), lambda: "é😀".encode("ascii"), lambda: b"\xe6\x97".decode("utf-8"), lambda: "\ud800".encode()):
    try:
        bad()
    except UnicodeError as e:
        print(type(e).__name__, e.encoding, e.start)
# %% reprs
print(repr("a'b"), repr('a"b'), repr("a'b\"c"), repr("\n\t\\\r\x00\x7f\x85\xa0\u200b\u2028\ue000\U0001f600\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")[:-1]), ascii("é😀"), repr(b"a'\x00\xff"), repr(bytearray(b"x")))
# %% sorting
names = ["Zoë", "zebra", "Ärger", "apple", "Éclair", "élan", "Zebra", "10", "9", "日本"]
print(sorted(names), sorted(names, key=str.casefold), sorted(names, key=lambda s: (fold(s), s)), max(names, key=len), min(names))
# %% width aware table
def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)
for name, n in [("東京", 5), ("Zürich", 12), ("e\u0301tude", 3), ("😀", 100)]:
    print(name + " " * (10 - width(name)) + f"|{n:>5}")
# %% wrapping
import textwrap
paragraph = documents[9].text[:400]
print(textwrap.fill(paragraph, 60, initial_indent="* ", subsequent_indent="  "))
print(textwrap.shorten(paragraph, 50, placeholder=" …"), textwrap.wrap("averyveryverylongword and more", 10), repr(textwrap.dedent("    a\n      b\n\n    c")), repr(textwrap.indent("a\n\nb", "> ")))
# %% formats
value, name = 1234567.891, "x"
print(f"{value:,.2f} {value:e} {value:.3g} {value:>15.1f}| {42:08b} {255:#x} {255:#o} {-5:+d} {0.256:.1%} {1e10:g} {10**20:_} {'é':^5}| {name!r:>5} {value=:.1f} {3.0} {1e22} {1e-5} {0.1 + 0.2} {float('nan')} {True:d} {65:c} {{}} {'a' 'b'}")
print("{0:>{w}} {1!r} {x[a]} {y.real}".format("r", "s", w=4, x={"a": 1}, y=5), "%5.1f|%-5s|%05d|%x|%r" % (3.14159, "ab", 42, 255, "q"), f"{'nested ' + f'{1 + 1}'}", f"{12345.678:10.2e}|{-0.0:.1f}|{5:<3}|{5:^3}|")
# %% html and escapes
import html, urllib.parse as up
print(html.unescape("&lt;b&gt; &amp;amp; &eacute;&#233;&#xe9; &nope; &euro &#128512;"), html.escape("<a href='x'>\"&é</a>"))
print(up.quote("a b/é&=😀"), up.quote_plus("a b+c"), up.unquote("%C3%A9%20%zz"), up.urlencode({"q": "é ü", "l": [1, 2]}, doseq=True), up.parse_qs("a=1&a=2&b=&c=%20"), up.urlparse("https://u:p@ex.org:8080/p/a;t?q=1#f"), up.urljoin("http://a/b/c", "../d"))
# %% similarity
import difflib
print(difflib.get_close_matches("Zurich", ["Zürich", "Munich", "Zurück"], n=2, cutoff=0.5), round(difflib.SequenceMatcher(None, "😀 kitten", "😀 sitting").ratio(), 6))
def levenshtein(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]
levenshtein("😀 kitten", "😀 sitting"), levenshtein("", "abc")
# %% big strings
big = documents[9].text * 20
print(len(big), big.count("refund"), big.find("purple"), big.rfind("purple"), len(big.replace("the ", "THE! ")), hash(big) == hash(big[:]), big.startswith("X"), len(set(big)), big.upper().count("THE"), len(big.encode()))
