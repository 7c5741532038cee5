# Native code: none is loaded, and no private native module harms the worker.

# %% No C library is called
#> fails with .+
import ctypes
print(ctypes.CDLL(None).getpid())

# %% No library is loaded by its path
#> fails with .+
import ctypes
ctypes.cdll.LoadLibrary("libc.so.6").system(b"touch /tmp/rlm-abuse-written")

# %% No memory is read by its address
#> fails with .+
import ctypes
print(ctypes.string_at(4096, 16))

# %% No memory is written by its address
#> fails with .+
import ctypes
ctypes.memset(4096, 0, 16)

# %% No memory is reached through a forged pointer
#> fails with .+
import ctypes
print(ctypes.cast(id(kept), ctypes.POINTER(ctypes.c_long)).contents.value)

# %% The module below ctypes loads nothing
#> fails with .+
import _ctypes
print(_ctypes.dlopen("libc.so.6", 2))

# %% cffi is not there
#> fails with .+
import cffi
print(cffi.FFI().dlopen(None))

# %% No extension module is loaded
#> fails with .+
import importlib.machinery, importlib.util
loader = importlib.machinery.ExtensionFileLoader("abuse", "/tmp/abuse.so")
importlib.util.module_from_spec(importlib.util.spec_from_loader("abuse", loader))

# %% No extension module is loaded by the interpreter's own loader
#> fails with .+
import _imp, importlib.machinery
_imp.create_dynamic(importlib.machinery.ModuleSpec("abuse", None, origin="/tmp/abuse.so"))

# %% The functions that crash CPython on purpose do not crash the worker
#> ends well
#> prints survived
import faulthandler
for name in ("_sigsegv", "_sigabrt", "_sigfpe", "_fatal_error_c_thread", "_stack_overflow", "_read_null", "_fatal_error"):
    try:
        getattr(faulthandler, name)()
    except BaseException as error:
        print(name, type(error).__name__)
print("survived")

# %% Test modules of the C interface are not there
#> ends well
#> prints refused
for name in ("_testcapi", "_testinternalcapi", "_ctypes_test", "_testbuffer", "_cpython_sre"):
    try:
        __import__(name)
        print(name)
    except BaseException:
        pass
print("refused")

# %% Shared memory is not there
#> fails with .+
from multiprocessing import shared_memory
shared_memory.SharedMemory(create=True, size=100)

# %% Buffers do not reach beyond their end
#> ends well
#> prints 3 refused
import array, struct
view = memoryview(bytearray(8)).cast("B")
refused = 0
for attempt in (lambda: view[100], lambda: struct.unpack_from("q", view, 100), lambda: array.array("q", [1])[5]):
    try:
        print(attempt())
    except (IndexError, struct.error):
        refused += 1
print(refused, "refused")
