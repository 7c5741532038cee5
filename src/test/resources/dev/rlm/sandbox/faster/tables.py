import csv, io

original = csv.DictReader.__next__.__wrapped__


class Slow(csv.DictReader):
    __next__ = original


for _ in range(80):
    columns = chance.randint(1, 4)
    lines = []
    for _ in range(chance.randint(0, 30)):
        count = columns if chance.random() < 0.8 else chance.randint(0, 6)
        cells = ["".join(chance.choices('ab,"\n ä', k=chance.randint(0, 4))) for _ in range(count)]
        lines.append(",".join('"' + cell.replace('"', '""') + '"' if chance.random() < 0.7 else cell.replace("\n", "") for cell in cells))
    text = chance.choice(["\n", "\r\n"]).join(lines)
    names = chance.choice([None, None, ["a", "b", "a"], ["x"]])
    options = {"fieldnames": names, "restkey": chance.choice([None, "rest"]), "restval": chance.choice([None, "-"])}
    fast, slow = csv.DictReader(io.StringIO(text), **options), Slow(io.StringIO(text), **options)
    check(raised(lambda: list(fast)), raised(lambda: list(slow)), text)
    check((fast.line_num, fast.fieldnames), (slow.line_num, slow.fieldnames), text)
