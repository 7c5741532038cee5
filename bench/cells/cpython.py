"""Runs the cells in CPython: one line for each, with its name, the milliseconds of every round, and what it printed."""

import contextlib
import io
import sys
import time

text, cells, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(text, encoding="utf-8") as file:
    namespace = {"context": file.read()}
with open(cells, encoding="utf-8") as file:
    preparation, *rest = file.read().split("\n# %% ")
with contextlib.redirect_stdout(io.StringIO()):
    exec(preparation, namespace)
for cell in rest:
    name, source = cell.split("\n", 1)
    code = compile(source, name, "exec")
    took = []
    for _ in range(rounds):
        printed = io.StringIO()
        start = time.perf_counter()
        with contextlib.redirect_stdout(printed):
            exec(code, namespace)
        took.append((time.perf_counter() - start) * 1000)
    exec("for name in set(globals()) - _prepared: del globals()[name]", namespace)
    print(name, *(f"{each:.1f}" for each in took), printed.getvalue().strip(), sep="\t", flush=True)
