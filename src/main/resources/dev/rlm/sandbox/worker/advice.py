"""What to do instead, for errors of code that wants what is not here: other libraries, files, processes, a network."""

import sys

_INSTEAD = {
    "numpy": "use lists, math and statistics",
    "scipy": "use math and statistics",
    "sklearn": "use collections, difflib and math",
    "pandas": "use csv, json, collections and lists of dicts",
    "polars": "use csv, json, collections and lists of dicts",
    "tiktoken": "count len(text) / 4 characters for a token",
    "transformers": "count len(text) / 4 characters for a token, and ask models by llm_query(prompt)",
    "openai": "ask models by llm_query(prompt)",
    "anthropic": "ask models by llm_query(prompt)",
    "litellm": "ask models by llm_query(prompt)",
    "langchain": "ask models by llm_query(prompt)",
    "nltk": "use re and str methods",
    "spacy": "use re and str methods",
    "regex": "use re",
    "dateutil": "use datetime.datetime.strptime or fromisoformat",
    "pytz": "use datetime.timezone",
    "bs4": "use html.parser, xml.etree or re",
    "lxml": "use xml.etree.ElementTree",
    "yaml": "read it by str methods and re",
    "tqdm": "use print",
    "nest_asyncio": "asyncio.run and await work in cells without it",
    "rapidfuzz": "use difflib",
    "requests": "there is no network, and the text is in `context`",
    "httpx": "there is no network, and the text is in `context`",
    "aiohttp": "there is no network, and the text is in `context`",
    "bz2": "use zlib or gzip",
    "lsprof": "use time.perf_counter",
    "sqlite3": "use dicts, lists and collections",
    "seaborn": "print tables by f-strings",
    "matplotlib": "print tables by f-strings",
}
_NO_LIBRARY = "only Python's standard library is here"
_NO_MODULE = "this module of the standard library is not here"
_NO_FILES = "there are no files here: the text is in `context` and `documents`; io.StringIO(text) reads like a file"
_NO_NETWORK = "there is no network here: the text is in `context`, and llm_query(prompt) asks a model"
_NO_PROCESSES = "there are no other processes here: write it in Python, in threads if it waits for sub-models"
_NO_COMMANDS = "there are no commands of a shell or of notebooks here: write it in Python"
_NOT_AWAITED = "llm_query blocks and returns a str: use it without await, or await asyncio.to_thread(llm_query, prompt)"
_ZONES = "there is no database of time zones here: use datetime.timezone(datetime.timedelta(hours=1))"

_PROCESS_MODULES = {"subprocess", "asyncio.subprocess", "multiprocessing.context", "concurrent.futures.process", "pty"}
_NETWORK_MODULES = {"socket", "urllib.request", "http.client", "smtplib", "ftplib"}
_PROCESS_CALLS = ("system", "popen", "fork", "kill", "exec", "spawn", "posix_spawn")


def advice_on(error, source):
    """What to do instead of what failed in the cell of this source: a sentence, or None where Python's own tells enough."""
    try:
        return _advice_on(error, source)
    except Exception:
        # Errors that a cell made itself may hold anything.
        return None


def _advice_on(error, source):
    if isinstance(error, ModuleNotFoundError):
        return _on_module(error.name)
    if isinstance(error, SyntaxError):
        return _NO_COMMANDS if _is_command(error, source) else None
    if isinstance(error, TypeError):
        return _NOT_AWAITED if "str can't be used in 'await' expression" in str(error) else None
    if type(error).__name__ == "ZoneInfoNotFoundError":
        return _ZONES
    if not isinstance(error, (OSError, NotImplementedError)):
        return None
    called = _called(error)
    if called & _NETWORK_MODULES:
        return _NO_NETWORK
    if called & _PROCESS_MODULES:
        return _NO_PROCESSES
    if isinstance(error, PermissionError):
        return _NO_PROCESSES if any(f"os.{call}" in source for call in _PROCESS_CALLS) else _NO_FILES
    return _NO_FILES if isinstance(error, FileNotFoundError) else None


def _on_module(name):
    package = (name or "").partition(".")[0]
    lack = _NO_MODULE if package in sys.stdlib_module_names else _NO_LIBRARY
    return f"{lack}: {_INSTEAD.get(package.lstrip('_'), 'do without it')}"


def _is_command(error, source):
    lines = source.splitlines()
    line = lines[error.lineno - 1].lstrip() if error.lineno and 0 < error.lineno <= len(lines) else ""
    return line.startswith(("!", "%", "pip ", "$ "))


def _called(error):
    """The names of the modules whose functions the error passed."""
    modules, link = set(), error.__traceback__
    while link is not None:
        modules.add(link.tb_frame.f_globals.get("__name__"))
        link = link.tb_next
    return modules


def without_folders(error):
    """The error without the folder in which this machine has its standard library."""
    if isinstance(error, ImportError) and error.path and isinstance(error.msg, str):
        error.msg = error.msg.replace(f" ({error.path})", "")
    return error
