# Reflection: what frames, classes and code objects lead to is the task's own.

# %% The list of all classes holds nothing that opens a file or starts a process
#> ends well
#> prints []
def below(kind, seen):
    for each in type.__subclasses__(kind):
        if each not in seen:
            seen.add(each)
            below(each, seen)
    return seen
opened = []
for kind in below(object, set()):
    if kind.__name__ in ("Popen", "FileIO", "BuiltinImporter"):
        for arguments in ((secret_file,), (["id"],)):
            try:
                opened.append(kind(*arguments).read())
            except BaseException:
                pass
print(opened)

# %% The frames above the cell hold only the REPL
#> ends well
#> never prints SandboxWorker
import sys
frame = sys._getframe()
while frame is not None:
    print(frame.f_code.co_name)
    frame = frame.f_back

# %% The frames' globals can be spoiled, and the next cell has them again
#> ends well or fails with RuntimeError: the cell has broken what the REPL needs
import sys
frame = sys._getframe().f_back
while frame is not None:
    for name in list(frame.f_globals):
        if not name.startswith("__"):
            frame.f_globals[name] = None
    frame = frame.f_back

# %% Looking at all objects gives nothing but the task's own
#> ends well
#> never prints canary-
import gc
found = 0
try:
    for each in gc.get_objects():
        if isinstance(each, str) and "canary" in each:
            print(each)
        found += 1
except Exception as error:
    print(type(error).__name__)
print(found >= 0)

# %% The collector of garbage can be abused
#> ends well
import gc
gc.disable()
gc.callbacks.append(print) if hasattr(gc, "callbacks") else None
gc.set_threshold(1) if hasattr(gc, "set_threshold") else None
gc.collect()

# %% A hand-made code object does not crash the worker
#> ends well or fails with .+
import types
code = (lambda: 1).__code__
broken = code.replace(co_code=b"\xff" * 40, co_stacksize=0)
print(eval(broken))

# %% A code object from nowhere does not crash the worker
#> ends well or fails with .+
import types
print(types.CodeType(0, 0, 0, 0, 0, 0, b"\x97\x00d\x00S\x00" * 9, (), (), (), "<x>", "x", "x", 1, b"", b"", (), ())) 

# %% Marshalled garbage does not crash the worker
#> ends well or fails with RuntimeError: the sandbox does not allow or exhausts the memory
import marshal, random
source = random.Random(7)
refused = 0
for _ in range(200):
    try:
        marshal.loads(bytes(source.randrange(256) for _ in range(60)))
    except Exception:
        refused += 1
print("refused" if refused > 100 else refused)

# %% Marshalled code with its bytes changed does not crash the worker
#> ends well or fails with RuntimeError: the sandbox does not allow
import marshal, random
source = random.Random(7)
data = bytearray(marshal.dumps(compile("x = [i for i in range(3)]", "<x>", "exec")))
for _ in range(50):
    changed = bytearray(data)
    changed[source.randrange(len(changed))] = source.randrange(256)
    try:
        exec(marshal.loads(bytes(changed)), {})
    except Exception:
        pass

# %% A function's code is exchanged, and the next cell has the old one
#> ends well
llm_query.__code__ = (lambda prompt: "forged").__code__
FINAL.__code__ = (lambda value: None).__code__
SHOW_VARS.__code__ = (lambda: "forged").__code__

# %% A function's defaults are exchanged, and the next cell has the old ones
#> ends well
grep.__defaults__ = (True, 0, 1, None)
grep.__kwdefaults__ = {"x": 1}
grep.__dict__["forged"] = True

# %% The code that runs cells is exchanged, and the next cell has the old one
#> ends well or fails with .+
import sys
frame = sys._getframe().f_back
while frame is not None:
    for each in list(frame.f_globals.values()):
        if hasattr(each, "__code__"):
            try:
                each.__code__ = (lambda *arguments: None).__code__
            except (TypeError, ValueError):
                pass
    frame = frame.f_back

# %% The methods of the REPL's classes are exchanged, and the next cell has the old ones
#> ends well or fails with .+
session = FINAL.__globals__["_runs"].current().session
for kind in (type(session), type(__import__("sys").stdout), type(documents[0])):
    for name in list(vars(kind)):
        if callable(getattr(kind, name)) and not name.startswith("__"):
            setattr(kind, name, lambda *arguments: None)

# %% The session is taken apart, and the next cell has it again
#> ends well or fails with .+
session = FINAL.__globals__["_runs"].current().session
for name in list(vars(session)):
    setattr(session, name, None)

# %% The session is emptied, and the next cell has it again
#> ends well or fails with .+
FINAL.__globals__["_runs"].current().session.__dict__.clear()

# %% The session becomes another class, and the next cell has it again
#> ends well or fails with .+
class Forged:
    def __getattr__(self, name):
        return lambda *arguments: None
FINAL.__globals__["_runs"].current().session.__class__ = Forged

# %% Mappings of classes cannot be changed through their back door
#> ends well or fails with .+
import gc
for referent in gc.get_referents(str.__dict__):
    referent["upper"] = lambda self: "forged"
print("a".upper())

# %% A trace function does not reach the next cell
#> ends well or fails with .+
import sys, threading
def trace(frame, event, argument):
    raise ValueError("traced")
sys.settrace(trace)
sys.setprofile(trace)
threading.settrace(trace)
threading.setprofile(trace)

# %% An audit hook is refused
#> fails with RuntimeError: audit hooks cannot be added
import sys
def hook(event, arguments):
    raise ValueError("audited")
sys.addaudithook(hook)

# %% Monitoring tools do not reach the next cell
#> ends well or fails with .+
import sys
sys.monitoring.use_tool_id(0, "abuse")
sys.monitoring.register_callback(0, sys.monitoring.events.LINE, lambda *arguments: 1 / 0)
sys.monitoring.set_events(0, sys.monitoring.events.LINE)
