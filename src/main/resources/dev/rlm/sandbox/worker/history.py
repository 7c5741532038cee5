"""The turns so far, for code that needs what its author may not see any more."""

import collections.abc


class History(collections.abc.Sequence):
    """Your turns before this one: dicts with turn, written (what you wrote) and cells (dicts with cell, code, output)."""

    def __getitem__(self, position):
        return _turns_of(_runs.current().session)[position]

    def __len__(self):
        return len(_turns_of(_runs.current().session))

    def __repr__(self):
        return repr(list(self))


History.__module__ = "rlm"

_turns_so_far = History()


def _turns_of(session):
    """Asked once a cell, and only if a cell wants them."""
    if session.turns is None:
        import json

        session.turns = json.loads(session.host["history"]())
    return session.turns
