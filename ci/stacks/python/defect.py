"""Faults that are typical of python-socketio. `DEFECT=name` puts one of them in; ../README.md says what each is."""

import os

NAMES = (
    "overtaking",
    "lax-ids",
    "key-error",
    "emit-not-awaited",
    "told-to-everyone",
    "echo-to-sender",
    "presence-per-socket",
    "entered-before-checked",
)

asked = os.environ.get("DEFECT", "")
if asked and asked not in NAMES:
    raise SystemExit(f"there is no DEFECT={asked}; there are {', '.join(NAMES)}")


def has_defect(name: str) -> bool:
    if name not in NAMES:
        raise ValueError(f"the defect {name} is not listed")
    return asked == name
