# Child questions misused, and children that misbehave: here a child runs its question as a cell and answers with how that ended.

# %% A question of the wrong type
#> fails with TypeError: rlm_query takes one question as a str
#> prompts 0
rlm_query(5)

# %% An empty question
#> fails with ValueError: the question is empty
#> prompts 0
rlm_query("  \n")

# %% A question longer than a question
#> fails with ValueError: the question has 20,001 characters
#> prompts 0
rlm_query("x" * 20_001)

# %% A context of the wrong type
#> fails with TypeError: a context is a str, a document or a list of these, not int
#> prompts 0
rlm_query("print(1)", 5)

# %% A context without parts
#> fails with ValueError: the context has no parts
#> prompts 0
rlm_query("print(1)", [])

# %% A context of too many parts
#> fails with ValueError: the context has 20,000 parts
#> prompts 0
rlm_query("print(1)", ["x"] * 20_000)

# %% A context that is too long to be sent
#> fails with ValueError: the contexts have 16,000,000 characters
#> prompts 0
#> limit 20 s
rlm_query("print(1)", "y" * 16_000_000)

# %% A context that lies about its length
#> ends well or fails with .+
class Liar(str):
    def __len__(self):
        return 1
    def __str__(self):
        return "forged"
print(rlm_query("print(len(context))", Liar("z" * 1000)))

# %% A context that raises when it is looked at
#> ends well or fails with .+
class Hostile(list):
    def __iter__(self):
        raise ZeroDivisionError("hostile")
rlm_query("print(1)", Hostile(["a"]))

# %% A context that holds itself
#> fails with TypeError
#> prompts 0
parts = []
parts.append(parts)
rlm_query("print(1)", parts)

# %% An endless list of questions is stopped or fills the heap of its worker
#> is stopped or is killed or exhausts the memory
#> prompts 0
import itertools
rlm_query_batched(itertools.repeat("print(1)"))

# %% Ten thousand questions
#> fails with ValueError: 10,000 questions are more than 1,000
#> prompts 0
rlm_query_batched(["print(1)"] * 10_000)

# %% A child has its own context and none of its parent's variables
#> ends well
#> prints OK
#> prints of the child False
print(rlm_query("print(context, 'kept' in globals())", "of the child"))

# %% A child's variables are not its parent's
#> ends well
#> prints ['mark-of-the-abused']
#> prompts 1
rlm_query("kept = 'overwritten'; llm_query = grep = context = None")
print(kept)

# %% A child's final value does not end its parent
#> ends well
#> prints OK from the child
#> prints still here
print(rlm_query("FINAL('from the child')"))
print("still here")

# %% An endless child is stopped alone
#> ends well
#> prints TIMED_OUT
#> prints ['mark-of-the-abused']
print(rlm_query("while True:\n    pass"), kept)

# %% A child that exits leaves its parent
#> ends well
#> prints ERROR
#> prints SystemExit
print(rlm_query("import sys\nsys.exit(3)"))

# %% A child that swallows its stop is stopped alone, or takes the worker and its parent is rebuilt
#> ends well or is killed or fails with .+
rlm_query("while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass")

# %% A child that fills the memory is stopped alone, or takes the worker and its parent is rebuilt
#> ends well or exhausts the memory or is killed or fails with .+
rlm_query("parts = []\nwhile True:\n    parts.append('x' * 10_000_000)")

# %% A child that spoils what all share is put right before its parent goes on
#> ends well
#> prints 3 [1, 2] {"a": 1}
rlm_query("import json, builtins\njson.dumps = None\nbuiltins.len = None\nbuiltins.sorted = lambda *a: 'spoiled'")
import json
print(len("abc"), sorted([2, 1]), json.dumps({"a": 1}))

# %% A child's flood of output is bounded
#> ends well
print(len(rlm_query("for n in range(100_000):\n    print('x' * 100)")) < 10_000)

# %% A child's output does not forge its parent's
#> ends well
#> never prints before
import sys
print(rlm_query("import sys\nsys.stdout.write('\\x1b[2Jforged\\r')\nsys.stderr.write('\\u202e')")[:9])

# %% A thread that outlives its child asks nothing
#> ends well
#> prompts 1
rlm_query("import threading, time\ndef later():\n    time.sleep(0.5)\n    llm_query('later')\nthreading.Thread(target=later, daemon=True).start()")
import time
time.sleep(1)

# %% Children of children, down to the last level
#> ends well
#> prints 3 levels
#> prompts 3
inner = "print(3, 'levels')"
middle = f"print(rlm_query({inner!r}))"
print(rlm_query(f"print(rlm_query({middle!r}))"))

# %% Below the last level the sub-model is asked
#> ends well
#> prints there is no further level
#> prompts 4
question = "print(rlm_query('how many?', 'few'))"
for level in range(2):
    question = f"print(rlm_query({question!r}))"
print(rlm_query(question))

# %% Many children at once from many threads
#> ends well
#> prompts 40
#> limit 60 s
#> prints 40
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(8) as pool:
    answers = list(pool.map(lambda n: rlm_query(f"print({n} * 1000)"), range(40)))
print(len({answer.split()[1] for answer in answers}))

# %% Sockets, files and processes are no more there for a child than for its parent
#> ends well
#> prints ERROR
#> never prints root:
for attempt in ("open('/etc/passwd').read()", "import os; os.system('id')", "import socket; socket.socket()", "import java"):
    print(rlm_query(attempt)[:200])

# %% More children at a time than there can be are refused one by one
#> ends well
#> limit 60 s
#> prints done
from concurrent.futures import ThreadPoolExecutor
def ask(n):
    try:
        return rlm_query("import time\ntime.sleep(0.5)\nprint('done')")
    except SubCallError as refusal:
        return str(refusal)
with ThreadPoolExecutor(100) as pool:
    print(sorted(set(pool.map(ask, range(100)))))
