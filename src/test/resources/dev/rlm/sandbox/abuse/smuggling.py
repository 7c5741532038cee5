# Smuggling: nothing that one task leaves reaches another.

# %% A module's variable stays in its task
#> ends well
import builtins, json, sys
builtins.smuggled = json.smuggled = sys.smuggled = "mark-of-the-smuggler"
# -- then
#> in the other task
#> ends well
#> prints False False False
import builtins, json, sys
print(hasattr(builtins, "smuggled"), hasattr(json, "smuggled"), hasattr(sys, "smuggled"))

# %% The environment stays in its task
#> ends well
import os
os.environ["SMUGGLED"] = "mark-of-the-smuggler"
try:
    os.putenv("SMUGGLED", "mark-of-the-smuggler")
except Exception:
    pass
# -- then
#> in the other task
#> ends well
#> prints None {}
import os
print(os.environ.get("SMUGGLED"), dict(os.environ))
# -- then
#> ends well
import os
os.environ.clear()

# %% The environment of the server is not visible
#> ends well
#> prints {}
import os
print(dict(os.environ))
try:
    print(os.getenv("RLM_ABUSE_SECRET"), os.environb)
except Exception as error:
    print(type(error).__name__)

# %% The environment cannot be restored from the interpreter
#> ends well
#> prints 0
import os, posix
print(len([value for value in getattr(posix, "environ", {}).values() if b"canary" in (value if isinstance(value, bytes) else value.encode())]))

# %% A file stays nowhere
#> ends well
import tempfile
try:
    open(tempfile.gettempdir() + "/rlm-abuse-written", "w").write("mark-of-the-smuggler")
except OSError:
    print("refused")
# -- then
#> in the other task
#> ends well
#> never prints mark-of-the-smuggler
import tempfile
try:
    print(open(tempfile.gettempdir() + "/rlm-abuse-written").read())
except OSError:
    print("refused")

# %% A compiled module is not left in the library's folder
#> ends well
#> prints refused
import os, py_compile
try:
    py_compile.compile(os.__file__, cfile=os.path.dirname(os.__file__) + "/__pycache__/rlm_abuse_written.pyc", doraise=True)
except Exception:
    print("refused")

# %% Interned strings are not shared
#> ends well
import sys
token = sys.intern("mark-of-the-smuggler-" + str(7))
# -- then
#> in the other task
#> ends well
#> never prints mark-of-the-smuggler
import gc
try:
    print([each for each in gc.get_objects() if isinstance(each, str) and each.startswith("mark-of-the-smug")])
except Exception:
    print("refused")

# %% Names exported to the engine are not shared
#> ends well
try:
    import polyglot
    polyglot.export_value("smuggled", "mark-of-the-smuggler")
except BaseException:
    print("refused")
# -- then
#> in the other task
#> ends well
#> never prints mark-of-the-smuggler
try:
    import polyglot
    print(polyglot.import_value("smuggled"))
except BaseException:
    print("refused")

# %% Chance is the task's own
#> ends well
import random
random.seed("smuggled")
# -- then
#> in the other task
#> ends well
#> never prints 0.5
import random
state = random.getstate()
random.seed(5)
first = random.random()
random.setstate(state)
print(first == random.Random(5).random())

# %% Locale and time zone stay in their task
#> ends well or fails with .+
import locale, os, time
os.environ["TZ"] = "Asia/Tokyo"
time.tzset()
locale.setlocale(locale.LC_ALL, "de_DE.UTF-8")
# -- then
#> in the other task
#> ends well
#> never prints JST
import time
print(time.tzname)
# -- then
#> ends well
import os
os.environ.clear()

# %% Shared memory and named semaphores are not there
#> ends well
#> prints refused
try:
    import _multiprocessing
    _multiprocessing.SemLock(0, 1, 1, "/rlm-abuse", False)
    print("made")
except BaseException:
    print("refused")

# %% Another process's memory cannot be found by its number
#> ends well
#> prints 0 read
import os
read = 0
for pid in (1, os.getpid(), os.getpid() - 1):
    for file in ("environ", "cmdline", "maps", "cwd"):
        try:
            read += len(open(f"/proc/{pid}/{file}", "rb").read(10))
        except OSError:
            pass
print(read, "read")
