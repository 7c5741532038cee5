# Scaffold tampering: whatever a cell does to what the REPL lends, the next cell has it again.

# %% The lent names are overwritten
#> ends well
llm_query = llm_query_batched = grep = SHOW_VARS = FINAL = FINAL_VAR = SUBMIT = budget = SubCallError = None
context = documents = answer = None

# %% The lent names are deleted
#> ends well
del llm_query, llm_query_batched, grep, SHOW_VARS, FINAL, FINAL_VAR, SUBMIT, budget, SubCallError, SubCallFailure
del context, documents, answer

# %% All names but the variable are cleared
#> ends well
held = kept
globals().clear()
globals()["kept"] = globals().get("held") or __import__("builtins").__dict__.get("no", ["mark-of-the-abused"])

# %% print is overwritten in the built-ins
#> ends well
import builtins
builtins.print = lambda *arguments, **options: None

# %% Built-ins are deleted
#> ends well or fails with RuntimeError: the cell has broken what the REPL needs
import builtins
for name in ("print", "len", "isinstance", "str", "list", "dict", "__build_class__", "__import__", "ValueError", "open"):
    delattr(builtins, name)

# %% All built-ins are cleared
#> ends well or fails with .+
import builtins
vars(builtins).clear()

# %% The built-ins of the namespace are replaced
#> ends well
__builtins__ = {}

# %% Types in the built-ins are replaced
#> ends well or fails with RuntimeError: the cell has broken what the REPL needs
import builtins
class str(str):
    def __new__(kind, *arguments):
        return "forged"
builtins.str = str
builtins.isinstance = lambda *arguments: False
builtins.len = lambda value: -1

# %% Standard output is replaced
#> ends well
import io, sys
sys.stdout = io.StringIO()
print("lost")

# %% Standard output is closed and deleted
#> ends well or fails with .+
import sys
sys.stdout.close()
sys.__stdout__.close()
del sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__, sys.stdin

# %% Standard output is something that cannot write
#> ends well or fails with .+
import sys
sys.stdout = sys.stderr = 5

# %% Standard output calls itself
#> fails with RecursionError
import sys
class Loop:
    def write(self, text):
        print(text)
    def flush(self):
        self.write("again")
sys.stdout = Loop()
print("x")

# %% The methods of the output are replaced
#> ends well or fails with .+
import sys
kind = type(sys.stdout)
kind.write = kind.flush = kind.begin = lambda *arguments: 1 / 0
kind.__getattribute__ = lambda *arguments: 1 / 0

# %% The parts of the output are replaced
#> ends well or fails with .+
import sys
for name in list(vars(sys.stdout)):
    setattr(sys.stdout, name, None)

# %% The output's lock is taken for ever
#> ends well or is stopped
import sys
getattr(sys.stdout, "_lock").acquire()

# %% The output becomes another class
#> ends well or fails with .+
import sys
class Silent(type(sys.stdout)):
    def write(self, text):
        return 0
    def flush(self):
        raise ValueError("no")
sys.stdout.__class__ = Silent

# %% The main module is replaced
#> ends well
import sys, types
sys.modules["__main__"] = types.ModuleType("__main__")
__name__ = "forged"

# %% The main module is deleted
#> ends well
import sys
del sys.modules["__main__"]

# %% The host's functions are replaced
#> ends well or fails with .+
host = FINAL.__globals__["_runs"].current().session.host
for name in host:
    host[name] = lambda *arguments: ["forged"]

# %% The host's functions are removed
#> ends well or fails with .+
FINAL.__globals__["_runs"].current().session.host.clear()

# %% The session is replaced
#> ends well or fails with .+
FINAL.__globals__["_runs"].current().session = None

# %% The session's names are changed
#> ends well or fails with .+
session = FINAL.__globals__["_runs"].current().session
session.names.clear()
session.names["llm_query"] = lambda prompt: "forged"

# %% The session's documents are changed
#> ends well or fails with .+
session = FINAL.__globals__["_runs"].current().session
session.context = "forged"
session.documents = ()

# %% The session's record of variables is spoiled
#> ends well or fails with .+
session = FINAL.__globals__["_runs"].current().session
session.before = session.stores = session.recency = session.stamp = "forged"

# %% The end of the run is forged with nonsense
#> ends well or fails with .+
FINAL.__globals__["_runs"].current().session.ended = 5

# %% All of the REPL's own names are removed
#> ends well or fails with .+
for name in list(FINAL.__globals__):
    del FINAL.__globals__[name]

# %% The function that runs cells is replaced
#> ends well or fails with .+
FINAL.__globals__["run_cell"] = lambda *arguments: "forged"
FINAL.__globals__["variables"] = lambda *arguments: 1 / 0
FINAL.__globals__["ended"] = lambda *arguments: ("forged", "1")

# %% re is spoiled
#> ends well
import re
re.findall = re.compile = re.search = lambda *arguments: "forged"
del re.sub

# %% json is spoiled
#> ends well
import json
json.loads = json.dumps = lambda *arguments, **options: "forged"
json.JSONEncoder.encode = json.JSONEncoder.iterencode = json.JSONDecoder.decode = lambda *arguments: "forged"

# %% The module of JSON's encoder is spoiled
#> ends well
import json.decoder, json.encoder
json.encoder.encode_basestring = json.encoder.c_make_encoder = json.encoder._make_iterencode = None
json.decoder.JSONDecoder.raw_decode = json.decoder.scanner = None

# %% collections, functools and itertools are spoiled
#> ends well
import collections, functools, itertools
collections.Counter.__init__ = lambda *arguments, **options: None
collections.deque = collections.OrderedDict = functools.wraps = itertools.chain = None

# %% Modules that show errors are spoiled
#> ends well
import linecache, traceback
linecache.cache = None
linecache.getlines = linecache.getline = lambda *arguments: 1 / 0
linecache.checkcache = lambda *arguments: 1 / 0
traceback.extract_tb = traceback.format_list = traceback.TracebackException = None
traceback.StackSummary.extract = traceback.FrameSummary.line = None

# %% Modules that parse and run cells are spoiled
#> ends well
import ast, builtins, types
ast.parse = ast.walk = ast.Expression = None
builtins.compile = builtins.exec = builtins.eval = None
types.ModuleType = types.FunctionType = None

# %% The classes of documents and matches are spoiled
#> fails with TypeError
type(documents[0]).text = "forged"
type(documents[0]).__repr__ = lambda self: 1 / 0
hit = grep("document")[0]
type(hit).__init__ = type(hit).__getitem__ = None
type(grep("document")).append = None

# %% The document's object cannot be changed
#> fails with AttributeError: documents cannot be changed
documents.clear()
FINAL.__globals__["_runs"].current().session.documents[0].name = "forged"

# %% The class of failures is spoiled
#> ends well
SubCallFailure.failed = None
SubCallError.__init__ = lambda *arguments: 1 / 0
SubCallError.__module__ = "forged"

# %% The base classes of exceptions cannot be spoiled
#> fails with TypeError
BaseException.__str__ = lambda self: "forged"

# %% answer is another kind of thing
#> ends well
class Odd(dict):
    def get(self, *arguments):
        raise ValueError("hostile")
answer = Odd(content="", ready=False)
# -- then
#> ends well
answer = {"content": "", "ready": False}

# %% answer holds itself
#> ends well
answer["self"] = answer
# -- then
#> ends well
del answer["self"]

# %% warnings, displays and hooks are spoiled
#> ends well
import sys, threading, warnings
warnings.warn = warnings.showwarning = None
sys.displayhook = sys.excepthook = sys.unraisablehook = threading.excepthook = lambda *arguments: 1 / 0

# %% random and hashes are spoiled
#> ends well
import hashlib, random
random.Random.random = random.seed = None
hashlib.sha256 = None

# %% An attribute of the namespace's mapping type
#> ends well or fails with .+
class Names(dict):
    def __getitem__(self, name):
        return "forged"
FINAL.__globals__["_runs"].current().session.namespace = Names()

# %% A deleter that tampers later
#> ends well
class Later:
    def __del__(self):
        import builtins
        builtins.print = None
        FINAL.__globals__["_runs"].current().session.host.clear()
later = Later()
del later

# %% The guard of the scaffold is looked for
#> ends well
#> prints []
import gc, sys
found = []
for module in list(sys.modules.values()):
    for name in list(getattr(module, "__dict__", {})):
        if "guard" in name.lower() and "rlm" in str(getattr(module.__dict__[name], "__code__", "")):
            found.append(name)
print(found)

# %% Whoever ends the run with a hostile value gets a sentence
#> ends well or fails with .+
class Hostile(str):
    def __str__(self):
        raise ValueError("hostile")
    __len__ = __repr__ = __str__
FINAL(Hostile("x"))

# %% Whoever ends the run with a hostile object gets a sentence
#> ends well or fails with .+
class Hostile:
    def __repr__(self):
        return 5
    def __getattribute__(self, name):
        raise ValueError("hostile")
FINAL(Hostile())

# %% The final value's converter is spoiled
#> ends well or fails with .+
FINAL.__globals__["final_forms"] = lambda value: (1, 2, 3)
FINAL("value")
