# %% parse dates
from datetime import datetime, date, time, timedelta, timezone
import csv, io
people = list(csv.DictReader(io.StringIO(documents[1].text, newline="")))
joined = [datetime.strptime(p["joined"], "%m/%d/%Y") for p in people]
print(min(joined), max(joined), joined[0].date(), joined[:2])
# %% by year and month
from collections import Counter
print(sorted(Counter(d.year for d in joined).items()))
print(Counter(d.strftime("%B") for d in joined).most_common(3), Counter(d.strftime("%a") for d in sorted(joined)).most_common())
# %% strptime forms
forms = [("2026-03-01T12:30:45.123456+0200", "%Y-%m-%dT%H:%M:%S.%f%z"), ("01 Mar 2026 07:05 PM", "%d %b %Y %I:%M %p"), ("Sunday, March 1, 2026", "%A, %B %d, %Y"), ("26060 23", "%y%j %H"), ("2026 09 1", "%Y %W %w"), ("2026-W09-7", "%G-W%V-%u"), ("12/31/99", "%D") if False else ("12/31/99", "%m/%d/%y"), ("1 1 1969", "%d %m %Y"), ("  5:7", " %H:%M"), ("20260301", "%Y%m%d"), ("mar 1 2026", "%b %d %Y"), ("10:00:00Z", "%H:%M:%S%z"), ("10-03:30:15", "%H%z"), ("100%", "100%%"), ("68 69", "%y %d") if False else ("68", "%y"), ("69", "%y"), ("23:59:60", "%H:%M:%S") if False else ("23:59:59", "%H:%M:%S"), ("5.1", "%S.%f"), ("Tue Nov 24 20:36:31 2026", "%c")]
for text, form in forms:
    print(form, "->", repr(datetime.strptime(text, form)))
# %% strptime errors
for text, form in [("2026-13-01", "%Y-%m-%d"), ("2026-02-30", "%Y-%m-%d"), ("x", "%Y"), ("2026-01-01 10", "%Y-%m-%d"), ("1", "%Q"), ("", "%d"), ("12 PM x", "%I %p"), ("٣", "%d"), ("366 2026", "%j %Y"), ("a.b", "a+b")]:
    try:
        print(repr(datetime.strptime(text, form)))
    except ValueError as e:
        print("ValueError:", e)
# %% iso
for text in ["2026-03-01", "20260301T1030", "2026-03-01 10:30:00+02:00", "2026-W10-3", "2026-03-01T10:30Z", "2026-03-01T10:30:15.5"]:
    d = datetime.fromisoformat(text)
    print(text, "->", d.isoformat(), repr(d), d.isocalendar()[:2])
for text in ["2026-3-1", "yesterday", "2026-03-01T25:00"]:
    try:
        datetime.fromisoformat(text)
    except ValueError as e:
        print(text, "is refused")
# %% arithmetic
a, b = datetime(2024, 2, 28, 23, 0), datetime(2026, 3, 1, 1, 30)
delta = b - a
print(delta, delta.days, delta.seconds, delta.total_seconds(), delta // timedelta(hours=1), delta % timedelta(days=1), delta / 3, abs(-delta), -timedelta(minutes=5), timedelta(days=1.5, microseconds=3), repr(timedelta(weeks=2, hours=-1)))
print(a + timedelta(days=1), date(2026, 1, 31).replace(day=28), (date(2026, 3, 1) - timedelta(days=1)).isoformat(), date.fromordinal(739000), datetime.max, date(2026, 3, 1).timetuple()[:8])
# %% zones
cet = timezone(timedelta(hours=1), "CET")
d = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
print(d.astimezone(cet), d.astimezone(timezone(timedelta(hours=-3, minutes=-30))), repr(cet), d.timestamp(), datetime.fromtimestamp(0, timezone.utc), d == d.astimezone(cet), d.utcoffset(), timezone.utc)
try:
    print(d - datetime(2026, 1, 1))
except TypeError as e:
    print("TypeError:", e)
# %% orders by day
import json
orders = json.loads(documents[2].text)["orders"]
whens = sorted(datetime.fromisoformat(o["when"]) for o in orders)
utc = [w.astimezone(timezone.utc) for w in whens]
print(whens[0], utc[0], whens[-1], Counter(u.date() for u in utc).most_common(2), sum(u.date() != w.date() for u, w in zip(utc, whens)))
# %% formats
d = datetime(2026, 3, 1, 7, 5, 9, 42)
print(d.strftime("%Y-%m-%d %H:%M:%S.%f | %d/%m/%y | %I:%M %p | %j %U %W %w %u %V %G | %a %A %b %B | %x %X | %% %Z|%z|"), f"{d:%d.%m.%Y}", d.ctime(), str(d.time()), d.isoformat(" ", "minutes"), time(5, 6).isoformat(), f"{d.date()}")
# %% calendar and time
import calendar, time as clock
print(calendar.monthrange(2024, 2)[1], calendar.isleap(1900), calendar.day_name[0], calendar.month_abbr[3], calendar.timegm((2026, 3, 1, 0, 0, 0)))
print(calendar.month(2026, 2))
print(clock.strftime("%Y-%m-%d", clock.gmtime(86400 * 365)), clock.gmtime(0)[:6], clock.strptime("1 Mar 2026", "%d %b %Y")[:8])
# %% business days
def business_days(start, end):
    return sum((start + timedelta(days=i)).weekday() < 5 for i in range((end - start).days))
print(business_days(date(2026, 1, 1), date(2026, 3, 1)), [d.isoformat() for d in (date(2026, 1, 31) + timedelta(days=30 * i) for i in range(3))])
# %% ages
def years(born, on):
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
[years(d, datetime(2026, 3, 1)) for d in joined[:10]], sorted(set(years(d, datetime(2026, 3, 1)) for d in joined))
