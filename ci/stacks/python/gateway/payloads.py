"""What the payloads of events must hold, told in the words of the document."""

from defect import has_defect

INTEGER, BOOLEAN, TEXT = "an integer number", "a boolean value", "a string"
TYPES = ("text", "image", "file")


class Invalid(Exception):
    pass


def fits(value, kind: str) -> bool:
    if kind == INTEGER:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, bool if kind == BOOLEAN else str)


def checked(data, **fields):
    """The fields of a payload, each of its kind."""
    if has_defect("key-error"):
        return [data[name] for name in fields]
    payload = data if isinstance(data, dict) else {}
    problems = []
    for name, kind in fields.items():
        value = payload.get(name)
        if value is None or value == "":
            problems.append(f"{name} should not be empty")
        if not fits(value, kind):
            problems.append(f"{name} must be {kind}")
    if problems:
        raise Invalid(", ".join(problems))
    return [payload[name] for name in fields]


def checked_message(data):
    fields = checked(data, sender_id=INTEGER, conversation_id=INTEGER, message_type=TEXT, content=TEXT)
    if fields[2] not in TYPES:
        raise Invalid(f"message_type must be one of the following values: {', '.join(TYPES)}")
    return fields
