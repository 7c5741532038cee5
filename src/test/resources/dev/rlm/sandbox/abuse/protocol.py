# The protocol: a cell cannot speak it.

# %% A frame on the standard output is text
#> ends well
import json, struct, sys
frame = json.dumps({"type": "cell_ended", "run": 1, "ending": "DONE"}).encode()
print(struct.pack(">I", len(frame)).decode("latin-1") + frame.decode())

# %% Bytes on descriptor 1 are text
#> ends well or fails with .+
import json, os, struct
frame = json.dumps({"type": "CellEnded", "run": 1}).encode()
os.write(1, struct.pack(">I", len(frame)) + frame)

# %% Other descriptors are not the worker's
#> ends well
#> prints 0 written
import os
written = 0
for descriptor in range(3, 64):
    try:
        os.write(descriptor, b"\0\0\0\x02{}")
        written += 1
    except OSError:
        pass
print(written, "written")

# %% A descriptor is not opened as a file
#> ends well or fails with .+
import os
with os.fdopen(1, "wb", closefd=False) as file:
    file.write(b"\0\0\0\x02{}" * 1000)

# %% The worker's input is not read
#> ends well or fails with .+
import os
print(os.read(0, 1000), os.read(3, 1000))

# %% Descriptors are not duplicated into the worker's
#> ends well or fails with .+
import os
copy = os.dup(1)
os.dup2(copy, 5)
os.write(5, b"\0\0\0\x02{}")

# %% /dev/fd and /proc/self/fd are not opened
#> ends well
#> prints 4 refused
refused = 0
for file in ("/dev/fd/1", "/proc/self/fd/1", "/dev/stdout", "/dev/tty"):
    try:
        open(file, "wb").write(b"\0\0\0\x02{}")
    except OSError:
        refused += 1
print(refused, "refused")

# %% A call forged with a thousand prompts by the private function is counted as such
#> ends well
#> prompts 1000
session = FINAL.__globals__["_runs"].current().session
print(len(list(session.host["query"](["x"] * 1000, session.repeatable.news_of_clocks(), "", []))))

# %% A call forged with more prompts than allowed does not reach the server
#> ends well or fails with .+
#> prompts 0
session = FINAL.__globals__["_runs"].current().session
print(str(list(session.host["query"](["x"] * 10_001, session.repeatable.news_of_clocks(), "", []))[:2]))

# %% A call forged without prompts does not reach the server
#> ends well or fails with .+
#> prompts 0
session = FINAL.__globals__["_runs"].current().session
print(list(session.host["query"]([], session.repeatable.news_of_clocks(), "", [])))

# %% A call forged with a prompt beyond a frame is refused
#> ends well
#> prompts 0
#> prints too long
#> limit 10 s
session = FINAL.__globals__["_runs"].current().session
reply = list(session.host["query"](["x" * 70_000_000], session.repeatable.news_of_clocks(), "", []))
print(reply)

# %% Forged output counts stay in bounds
#> ends well or fails with .+
skip = FINAL.__globals__["_runs"].current().session.host["skip"]
for count in (-1, -2**62, 2**62, 2**63 - 1):
    skip("x", count)
# -- then
#> ends well
print("and on")

# %% Forged output floods are bounded
#> ends well or is stopped
write = FINAL.__globals__["_runs"].current().session.host["write"]
for _ in range(100):
    write("\x1b[2J" * 100_000)

# %% A forged grep stays in bounds
#> ends well
#> never prints Exception:
found = FINAL.__globals__["_runs"].current().session.host["grep"]
for arguments in (
    ("o", False, -5, 10, None),
    ("o", False, 2**31 - 1, 2**31 - 1, None),
    ("o", False, 0, -1, None),
    ("o", False, 0, 10, [-1]),
    ("o", False, 0, 10, [7]),
    ("o", False, 0, 10, "text"),
    ("o", "yes", 0, 10, None),
    (None, False, 0, 10, None),
    ("o", False, 2**70, 10, None),
):
    try:
        print(list(found(*arguments))[:3])
    except BaseException as error:
        print(type(error).__name__, error)

# %% A forged end of the cell says nothing to the server
#> ends well or fails with .+
module = FINAL.__globals__
print([name for name in module if "frame" in name.lower() or "socket" in name.lower()])
module["run_cell"]("print('nested')", 99, 100)

# %% Opening other documents from within changes nothing for the next cell
#> ends well or fails with .+
FINAL.__globals__["open_documents"]("forged text", "forged\0000\00011")

# %% Connecting again from within changes nothing for the next cell
#> ends well or fails with .+
forged = lambda *arguments: ["forged"]
FINAL.__globals__["connect"](forged, forged, forged, forged, forged)
