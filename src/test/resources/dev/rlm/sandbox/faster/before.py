import random

chance = random.Random(seed)
wrong, checks = [], 0


class StrangeStr(str):
    pass


def raised(call):
    try:
        return call()
    except Exception as error:
        return type(error).__name__


def check(got, expected, what):
    global checks
    checks += 1
    if got != expected and len(wrong) < 5:
        wrong.append((what, got, expected))
