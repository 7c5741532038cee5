# The import system: it loads the standard library and nothing else.

# %% A module from a file is refused
#> fails with .+
import importlib.util
spec = importlib.util.spec_from_file_location("stolen", secret_file)
spec.loader.exec_module(importlib.util.module_from_spec(spec))

# %% A path added to the search finds nothing
#> fails with ModuleNotFoundError
import os, sys
sys.path.insert(0, os.path.dirname(secret_file))
import secret

# %% The modules' table is emptied, and the next cell imports as before
#> ends well
import sys
sys.modules.clear()

# %% The modules' table is replaced, and the next cell imports as before
#> ends well
import sys
sys.modules = {}

# %% The search path is emptied, and the next cell imports as before
#> ends well
import sys
sys.path.clear()
sys.path_importer_cache.clear()
# -- then
#> ends well
#> prints ok
import wave, colorsys
print("ok")

# %% The finders are removed, and the next cell imports as before
#> ends well
import sys
sys.meta_path.clear()
sys.path_hooks.clear()
# -- then
#> ends well
#> prints ok
import chunk as _chunk_module, sndhdr as _sndhdr_module
print("ok")

# %% A finder that finds forged modules is gone in the next cell
#> ends well
import importlib.abc, importlib.machinery, sys
class Forger(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self)
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        module.forged = True
sys.meta_path.insert(0, Forger())
# -- then
#> ends well
#> prints False
import quopri
print(hasattr(quopri, "forged"))

# %% Modules are replaced by forgeries, and the next cell has the real ones
#> ends well
import sys, types
for name in ("re", "json", "collections", "traceback", "linecache", "builtins", "sys", "ast", "io", "threading", "random"):
    sys.modules[name] = types.ModuleType(name)

# %% The import function is replaced, and the next cell has the real one
#> ends well
import builtins
builtins.__import__ = lambda *arguments, **options: 1 / 0

# %% The import lock is taken and never given back
#> ends well or fails with .+
import _imp
_imp.acquire_lock()

# %% Endless importing is stopped
#> is stopped
import importlib, json
while True:
    importlib.reload(json)

# %% Reloading the module of built-ins and the REPL's modules leaves the next cell whole
#> ends well or fails with .+
import builtins, importlib, io, linecache, sys, traceback
for module in (builtins, sys, traceback, linecache, io):
    importlib.reload(module)

# %% pip is no way to more
#> fails with .+
import pip
pip.main(["install", "requests"])

# %% ensurepip is no way to more
#> fails with .+
import ensurepip
ensurepip.bootstrap()

# %% A zip file in memory is no import path
#> fails with .+
import io, sys, zipfile, zipimport
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as archive:
    archive.writestr("smuggled.py", "x = 1")
sys.path.insert(0, buffer)
import smuggled
