# Pickles: what they can call is what the cell can call anyway.

# %% A pickle starts no process
#> fails with .+
import os, pickle
class Attack:
    def __reduce__(self):
        return os.system, ("touch /tmp/rlm-abuse-written",)
if pickle.loads(pickle.dumps(Attack())) != 0:
    raise OSError("refused")

# %% A pickle made by hand starts no process
#> fails with .+
import pickle
if pickle.loads(b"cposix\nsystem\n(S'touch /tmp/rlm-abuse-written'\ntR.") != 0:
    raise OSError("refused")

# %% A pickle opens no file
#> fails with .+
import pickle
print(pickle.loads(b"c_io\nopen\n(S'" + secret_file.encode() + b"'\ntR.").read())

# %% A pickle spoils the built-ins, and the next cell has them
#> ends well or fails with .+
import pickle
pickle.loads(b"cbuiltins\nsetattr\n(cbuiltins\n__import__\n(S'builtins'\ntRS'print'\nNtR.")

# %% Broken pickles do not crash the worker
#> ends well or exhausts the memory
import pickle, random
source = random.Random(11)
refused = 0
for _ in range(300):
    try:
        pickle.loads(bytes(source.randrange(256) for _ in range(40)))
    except Exception:
        refused += 1
print("refused" if refused > 200 else refused)

# %% A pickle that asks for a huge buffer is refused
#> fails with .+ or exhausts the memory
import pickle
pickle.loads(b"\x80\x04\x8e" + (2**40).to_bytes(8, "little") + b"x.")

# %% A pickle that doubles its list is a memory's end
#> fails with .+ or exhausts the memory or is killed or ends well
import pickle
bomb = b"(lp0\n" + b"".join(b"(lp%d\n" % n + b"g%d\n" % (n - 1) * 2 + b"a" for n in range(1, 40)) + b"."
pickle.loads(bomb)

# %% A deep pickle is an error
#> fails with .+ or ends well
import pickle
pickle.loads(b"(" * 100_000 + b"l" + b"t" * 99_999 + b".")

# %% A pickle of the REPL's functions gives no more than the functions
#> ends well or fails with .+
import pickle
print(pickle.loads(pickle.dumps(llm_query))("again"))

# %% A pickle of the context is text
#> ends well
#> prints True
import pickle
print(pickle.loads(pickle.dumps(context)) == context)

# %% shelve and dbm open no file
#> fails with .+
import shelve
shelve.open(empty_folder + "/rlm-abuse-written")["x"] = 1

# %% copyreg is spoiled
#> ends well
import copyreg
copyreg.dispatch_table[str] = lambda value: 1 / 0
copyreg.pickle(list, lambda value: 1 / 0)
