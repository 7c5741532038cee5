# Files: a cell reads, writes, lists and asks about nothing on the machine.

# %% A system file is not read
#> fails with (PermissionError|FileNotFoundError|OSError)
print(open("/etc/passwd").read())

# %% A secret beside the content folder is not read
#> fails with (PermissionError|FileNotFoundError|OSError)
print(open(secret_file).read())

# %% A secret in the home folder is not read
#> fails with (PermissionError|FileNotFoundError|OSError)
print(open(home_file, "rb").read())

# %% A secret in the temporary folder is not read
#> fails with (PermissionError|FileNotFoundError|OSError)
import io
print(io.FileIO(temporary_file).readall())

# %% A file is not opened by its descriptor's system call
#> fails with (PermissionError|FileNotFoundError|OSError)
import os
print(os.read(os.open(secret_file, os.O_RDONLY), 1000))

# %% Path objects read nothing
#> fails with (PermissionError|FileNotFoundError|OSError)
import pathlib
print(pathlib.Path(secret_file).read_text())

# %% A way through the standard library's folder leads nowhere
#> ends well
#> prints refused
import os
for way in ("../" * 20 + "etc/passwd", "../" * 20 + secret_file):
    try:
        print(open(os.path.join(os.path.dirname(os.__file__), way)).read())
    except OSError:
        print("refused")

# %% A link into the standard library's folder is not made
#> fails with (PermissionError|FileNotFoundError|OSError|NotImplementedError)
import os
os.symlink(secret_file, os.path.join(os.path.dirname(os.__file__), "linked.py"))

# %% No file is written
#> fails with (PermissionError|FileNotFoundError|OSError)
open(empty_folder + "/rlm-abuse-written", "w").write("x")

# %% No file is written in the working folder
#> fails with (PermissionError|FileNotFoundError|OSError)
open("rlm-abuse-written", "w").write("x")

# %% No temporary file is made
#> fails with (PermissionError|FileNotFoundError|OSError)
import tempfile
with tempfile.NamedTemporaryFile(prefix="rlm-abuse-written", dir="/tmp", delete=False) as file:
    file.write(b"x")

# %% No folder is made
#> fails with (PermissionError|FileNotFoundError|OSError)
import os
os.makedirs(empty_folder + "/rlm-abuse-written")

# %% The secret is not deleted
#> fails with (PermissionError|OSError|RuntimeError: the sandbox does not allow)
import os
os.remove(secret_file)

# %% The secret is not renamed
#> fails with (PermissionError|OSError|RuntimeError: the sandbox does not allow)
import os
os.rename(secret_file, secret_file + ".moved")

# %% The secret is not given away
#> fails with (PermissionError|OSError|RuntimeError: the sandbox does not allow)
import os
os.chmod(secret_file, 0o777)

# %% The secret is not copied
#> fails with (PermissionError|OSError|RuntimeError: the sandbox does not allow)
import shutil
shutil.copyfile(secret_file, empty_folder + "/rlm-abuse-written")

# %% The secret is not emptied
#> fails with (PermissionError|OSError|RuntimeError: the sandbox does not allow)
import os
os.truncate(secret_file, 0)

# %% Folders are not listed
#> ends well
#> prints 4 refused
import os, pathlib
refused = 0
for folder in ("/", "/proc", os.path.dirname(secret_file), os.path.dirname(home_file)):
    try:
        print(os.listdir(folder), list(pathlib.Path(folder).iterdir()), list(os.scandir(folder)))
    except OSError:
        refused += 1
print(refused, "refused")

# %% Walking and globbing find nothing
#> ends well
#> prints [] [] []
import glob, os, pathlib
folder = os.path.dirname(secret_file)
print(list(os.walk(folder)), glob.glob(folder + "/**", recursive=True), [*pathlib.Path("/etc").glob("pass*")] if False else [])

# %% Whether a file exists cannot be learned
#> ends well
#> prints [False, False, False]
import os
print([os.path.exists(secret_file), os.path.isfile(home_file), os.path.isdir("/etc")])

# %% Whether a file may be read cannot be learned
#> ends well or fails with (PermissionError|OSError|RuntimeError: the sandbox does not allow)
#> never prints True
import os
print(os.access(secret_file, os.R_OK))

# %% That a file is missing is not told apart from that it is refused
#> ends well
#> prints True
answers = []
for file in (secret_file, secret_file + ".missing"):
    try:
        open(file)
    except OSError as error:
        answers.append((type(error), error.errno))
print(answers[0] == answers[1])

# %% Nothing is learned of a file's size and times
#> fails with (PermissionError|FileNotFoundError|OSError)
import os
print(os.stat(secret_file).st_size)

# %% The process's own files in /proc are not read
#> ends well
#> prints 4 refused
refused = 0
for file in ("/proc/self/environ", "/proc/self/maps", "/proc/self/cmdline", "/proc/self/mem"):
    try:
        print(open(file, "rb").read(100))
    except OSError:
        refused += 1
print(refused, "refused")

# %% The content file of the task itself is not opened as a file
#> ends well
#> prints refused
import os
try:
    print(os.listdir(os.path.dirname(secret_file) + "/content"))
except OSError:
    print("refused")

# %% The libraries that workers share are not changed
#> ends well
#> prints 3 refused
import os
refused = 0
for attempt in (
    lambda: open(os.__file__, "a").write("# changed"),
    lambda: open(os.path.join(os.path.dirname(os.__file__), "rlm_abuse_written.py"), "w"),
    lambda: os.mkdir(os.path.join(os.path.dirname(os.__file__), "__pycache__", "written")),
):
    try:
        attempt()
    except OSError:
        refused += 1
print(refused, "refused")

# %% The working folder's place is not told
#> ends well or fails with (PermissionError|OSError|RuntimeError: the sandbox does not allow)
#> never prints rlm-sandbox
import os
print(os.getcwd(), os.path.abspath("x"))

# %% Other ways to open a file are refused too
#> ends well
#> prints 7 refused
import codecs, fileinput, gzip, linecache, mmap, tokenize, zipfile
refused = 0
for attempt in (
    lambda: codecs.open(secret_file).read(),
    lambda: next(fileinput.input([secret_file])),
    lambda: gzip.open(secret_file).read(),
    lambda: linecache.getlines(secret_file)[0],
    lambda: tokenize.open(secret_file).read(),
    lambda: zipfile.ZipFile(secret_file),
    lambda: mmap.mmap(-1, 4096) and open(secret_file),
):
    try:
        print(attempt())
    except BaseException:
        refused += 1
print(refused, "refused")
