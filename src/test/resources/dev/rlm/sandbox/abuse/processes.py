# Processes: a cell starts none, signals none, and does not end its own.

# %% No shell runs
#> fails with (AttributeError|PermissionError|OSError|NotImplementedError|RuntimeError: the sandbox does not allow)
import os
status = os.system("touch /tmp/rlm-abuse-written")
if status != 0:
    raise OSError(status)

# %% subprocess starts nothing
#> fails with (PermissionError|OSError|NotImplementedError|ValueError)
import subprocess
print(subprocess.run(["id"], capture_output=True))

# %% A pipe from a command is not opened
#> fails with (PermissionError|OSError|NotImplementedError|ValueError|AttributeError)
import os
print(os.popen("id").read())

# %% The process does not fork
#> fails with (AttributeError|PermissionError|OSError|NotImplementedError)
import os
os.fork()

# %% The process is not replaced
#> fails with (AttributeError|PermissionError|OSError|NotImplementedError)
import os
os.execv("/bin/sh", ["sh", "-c", "touch /tmp/rlm-abuse-written"])

# %% Nothing is spawned
#> fails with (AttributeError|PermissionError|OSError|NotImplementedError)
import os
os.posix_spawn("/bin/sh", ["sh", "-c", "touch /tmp/rlm-abuse-written"], {})

# %% The private module below subprocess starts nothing
#> fails with .+
import _posixsubprocess, os
read, write = os.pipe()
print(_posixsubprocess.fork_exec(
    [b"/bin/sh"], [b"/bin/sh"], True, (), None, None, -1, -1, -1, -1, -1, -1, read, write, False, False, -1, None, None, None, -1, None, False))

# %% multiprocessing starts nothing
#> fails with .+
import multiprocessing
process = multiprocessing.Process(target=print, args=("child",))
process.start()
process.join()

# %% A process pool starts nothing
#> fails with .+
from concurrent.futures import ProcessPoolExecutor
with ProcessPoolExecutor(1) as pool:
    print(pool.submit(abs, -1).result(timeout=3))

# %% The server is not signalled
#> fails with (PermissionError|OSError|NotImplementedError|AttributeError|io.UnsupportedOperation)
import os
os.kill(os.getppid(), 9)

# %% The worker's own process is not killed
#> fails with (PermissionError|OSError|NotImplementedError|AttributeError|ProcessLookupError)
import os
os.kill(os.getpid(), 9)

# %% All ways of leaving end only the cell
#> fails with SystemExit
import sys
sys.exit(3)

# %% os._exit ends only the cell
#> fails with SystemExit
import os
os._exit(0)

# %% The exit of the module below os ends only the cell
#> fails with SystemExit
import posix
posix._exit(0)

# %% Aborting ends only the cell
#> fails with .+
import os
os.abort()

# %% Exit functions do not run at once
#> ends well
#> never prints at exit
import atexit
atexit.register(lambda: print("at exit"))
print(len(kept))

# %% Priority, limits and user of the process are not changed
#> ends well
#> prints 4 refused
import os
refused = 0
for attempt in (lambda: os.nice(-5), lambda: os.setuid(0), lambda: os.chroot("/"), lambda: __import__("resource").setrlimit(0, (1, 1))):
    try:
        attempt()
    except Exception:
        refused += 1
print(refused, "refused")
