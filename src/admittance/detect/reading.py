"""What is refused of a plain table, in one form of words."""

from collections.abc import Collection, Sequence

from admittance.errors import InputError

__all__ = ["refuse", "refuse_taken"]


def refuse(row: int, field: str, problem: str) -> InputError:
    """The error for one value of a table; rows count from 1, the heading not counted."""
    return InputError(f"row {row}, field {field}: {problem}")


def refuse_taken(keys: Sequence[str], result: Collection[str]) -> None:
    """Raise `InputError` when a key of the series has the name of a column of the result."""
    taken = [name for name in keys if name in result]
    if taken:
        raise InputError(f"column {', '.join(taken)}: the result has a column of this name; rename the key")
