"""From a noun's struct to its Arrow schema: the struct is the only place where columns are declared."""

import types
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
import polars as pl

__all__ = ["TIME", "Row", "empty_table", "rows_of", "table_of", "table_schema"]

TIME = pl.Datetime("us", "UTC")
"""All times in tables: microseconds, UTC."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every noun that has a table: frozen, typed, keyword-only."""


RowT = TypeVar("RowT", bound=Row)

_SCALARS: dict[object, pl.DataType | type[pl.DataType]] = {
    str: pl.String,
    int: pl.Int64,
    float: pl.Float64,
    bool: pl.Boolean,
    bytes: pl.Binary,
    datetime: TIME,
}


def _column_type(annotation: object) -> pl.DataType | type[pl.DataType]:
    supertype = getattr(annotation, "__supertype__", None)  # NewType
    if supertype is not None:
        return _column_type(supertype)
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return pl.String()
    if origin in (Union, types.UnionType):
        present = [argument for argument in arguments if argument is not type(None)]
        if len(present) == 1:
            return _column_type(present[0])
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return pl.List(_column_type(arguments[0]))
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return pl.String()
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return pl.Struct(dict(table_schema(annotation)))
    raise TypeError(f"no Arrow type for {annotation!r}: use a scalar, bytes, datetime, an enum, or a tuple of these")


@cache
def table_schema(noun: type[msgspec.Struct]) -> pl.Schema:
    """The Arrow schema of a noun's table: one column per field, in the order of declaration.

    Enums become strings, `datetime` microseconds in UTC, a tuple of structs a list of structs. Raises `TypeError` for a field
    that has no Arrow type. `pl.Schema` speaks the Arrow C interface, so any Arrow library accepts it.
    """
    hints = get_type_hints(noun)
    return pl.Schema({field.name: _column_type(hints[field.name]) for field in msgspec.structs.fields(noun)})


def empty_table(noun: type[msgspec.Struct]) -> pl.DataFrame:
    """A table of `noun` without rows."""
    return _empty_table(noun).clone()


@cache
def _empty_table(noun: type[msgspec.Struct]) -> pl.DataFrame:
    return pl.DataFrame(schema=table_schema(noun))


def table_of(noun: type[RowT], rows: Sequence[RowT]) -> pl.DataFrame:
    """The rows as a table in `noun`'s schema, in the order given."""
    plain: list[dict[str, Any]] = [msgspec.to_builtins(row, builtin_types=(datetime, bytes)) for row in rows]
    return pl.DataFrame(plain, schema=table_schema(noun), orient="row")


def rows_of(noun: type[RowT], table: pl.DataFrame) -> list[RowT]:
    """The rows of a table as structs of `noun`; columns that the noun does not have are left out."""
    return msgspec.convert(table.select(table_schema(noun).names()).to_dicts(), list[noun])  # type: ignore[valid-type]
