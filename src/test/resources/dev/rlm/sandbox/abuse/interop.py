# Interop: Java, other languages and the host's objects are out of reach.

# %% No Java class by name
#> fails with .+
import java
print(java.type("java.lang.System").getenv())

# %% No Java package
#> fails with .+
from java.lang import System
print(System.getProperties())

# %% No Java class path is added
#> fails with .+
import java
java.add_to_classpath("/tmp")

# %% No other language
#> fails with .+
import polyglot
print(polyglot.eval(language="js", string="1 + 1"))

# %% No other source through the engine
#> fails with .+
import polyglot
print(polyglot.eval(language="python", path=secret_file))

# %% No internal language
#> fails with .+
import polyglot
print(polyglot.eval(language="llvm", string=""))

# %% Regular expressions as a language are refused
#> fails with .+
import polyglot
print(polyglot.eval(language="regex", string="/a/"))

# %% Bindings of the engine hold nothing of the host
#> ends well
import polyglot
try:
    print([name for name in dir(polyglot.import_value) if "host" in name.lower()])
    polyglot.export_value("smuggled", kept)
    print(polyglot.import_value("smuggled"))
except BaseException as error:
    print(type(error).__name__)

# %% A host function is not a way to its Java class
#> ends well
#> never prints class java
#> never prints HostFunctions
host = FINAL.__globals__["_runs"].current().session.host["query"]
for name in ("getClass", "class", "__class__", "this$0", "calls", "context", "clone"):
    try:
        print(name, type(getattr(host, name)))
    except Exception as error:
        print(name, type(error).__name__)

# %% A host function's members are not listed
#> ends well
#> never prints getClass
host = FINAL.__globals__["_runs"].current().session.host["write"]
print([name for name in dir(host) if not name.startswith("__")])

# %% The host's exceptions tell nothing of Java
#> ends well
#> never prints Exception:
query = FINAL.__globals__["_runs"].current().session.host["query"]
for argument in (None, 5, [1], ["a", None], {}, object(), "text", [["x"]]):
    try:
        print(list(query(argument)))
    except BaseException as error:
        print(type(error).__name__, error)

# %% Host functions called with too few or too many arguments answer with a refusal
#> ends well
#> never prints Index 0 out of bounds
host = FINAL.__globals__["_runs"].current().session.host
for name in ("query", "budget", "write", "skip", "grep", "search", "call"):
    for arguments in ((), (1,), (1, 2, 3, 4, 5, 6, 7)):
        try:
            host[name](*arguments)
        except BaseException as error:
            print(name, type(error).__name__, error)

# %% The private module of the interpreter gives no access
#> ends well
#> prints done
import sys
for name in ("__graalpython__", "_polyglot", "polyglot", "java", "_interop_behavior", "_jythonjava"):
    try:
        module = __import__(name)
        print(name, [each for each in dir(module) if "host" in each.lower() or "java" in each.lower()])
    except BaseException as error:
        print(name, type(error).__name__)
print("done")

# %% Foreign values from the host's answers are plain data
#> ends well
#> prints ['str', 'list', 'int']
hit = grep("document", context_lines=1)[0]
print([type(hit.text).__name__, type(hit.before).__name__, type(hit.start).__name__])

# %% Host access through attributes of the context's text
#> ends well
#> prints str
print(type(context).__name__, [name for name in dir(context) if name in ("getBytes", "getClass", "chars")])
