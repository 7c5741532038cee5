import _strptime
from datetime import datetime, date

original = _strptime._strptime_datetime
formats = [
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%d/%b/%Y:%H:%M:%S", "%d %B %Y", "%a %b %d %H:%M:%S %Y", "%m/%d/%y %I:%M %p",
    "%Y%m%d", "%H%M%S", "%Y%m%d%H%M%S%f", "%I:%M", "%B %d, %Y", "%A, %d. %B %y", "%d.%m.%Y  %H", "100%% %Y", "%Y-%j", "%Y %z", "%p %H",
    "%y %Y", "%d%m", "%H %I %p",
]
noise = "0123456789:/-. TZapmJanfeb\u0660\u017f%"


def outcome(call):
    try:
        return call()
    except Exception as error:
        return type(error).__name__, str(error)


fast = 0
for _ in range(1500):
    format = chance.choice(formats)
    moment = datetime(chance.randint(1, 9999), chance.randint(1, 12), chance.randint(1, 28), chance.randint(0, 23),
                      chance.randint(0, 59), chance.randint(0, 59), chance.randint(0, 999_999))
    text = moment.strftime(format) if moment.year >= 1000 else f"{moment.year}-2-3"
    for _ in range(chance.choice([0, 0, 1, 2])):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(["", chance.choice(noise)]) + text[at + chance.randint(0, 1):]
    text = chance.choice([text, text.upper(), text.lower(), text.replace(" ", "  "), text.replace("0", "")])
    check(outcome(lambda: datetime.strptime(text, format)), outcome(lambda: original(datetime, text, format)), (text, format))


class Own(datetime):
    pass


check(type(Own.strptime("2026-01-02", "%Y-%m-%d")), Own, "subclasses make their own")
check(outcome(lambda: datetime.strptime(1, "%Y")), ("TypeError", "strptime() argument 1 must be str, not int"), "no text")
