"""How soon a password is guessed, judged within a bounded time."""

from __future__ import annotations

import re
from math import prod

_HARD = 4  # of zxcvbn's scores: more than ten thousand million guesses
_MEND = "choose another, such as four words that do not belong together"
# zxcvbn tries every word that the signs of a password can spell (4 and @ for a, 1 and ! and | for
# i …): a password of many such signs took it minutes. So it sees this many characters, and signs
# that spell no more words than this; what is hard to guess by these is harder as a whole.
_JUDGED = 40
_SPELLINGS = 4
_PLAIN_SIGN = "*"  # stands for no letter


def weakness(password: str, email: str, name: str) -> str:
    """Say why a password is guessed too soon; empty where it is not."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its words take 13 MB, and are seldom needed

    if email.casefold() in password.casefold():
        return "contains the email, which is the first guess: choose something else"
    own = [word for word in re.split(r"\W+", f"{email} {name}") if word]
    found = zxcvbn(judged_part(password), user_inputs=own, max_length=_JUDGED)
    if found["score"] >= _HARD:
        return ""
    why = found["feedback"]["warning"].rstrip(".")
    why_shown = f" ({why[0].lower()}{why[1:]})" if why else ""
    return f"is easy to guess{why_shown}: {_MEND}"


def judged_part(password: str) -> str:
    """Return the part of a password that is judged, with signs that spell only a few words."""
    from zxcvbn.matching import L33T_TABLE  # noqa: PLC0415 - as above

    taken: dict[str, set[str]] = {}  # by letter: the signs that may stand for it
    judged = []
    for sign in password[:_JUDGED]:
        letters = [letter for letter, signs in L33T_TABLE.items() if sign in signs]
        widened = taken | {letter: taken.get(letter, set()) | {sign} for letter in letters}
        if prod(map(len, widened.values())) > _SPELLINGS:
            judged.append(_PLAIN_SIGN)
        else:
            taken = widened
            judged.append(sign)
    return "".join(judged)
