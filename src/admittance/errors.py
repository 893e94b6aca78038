"""Every exception Admittance raises on purpose, and the exit status each one ends a command with.

    AdmittanceError
    ├── UsageError         exit 2   the caller asked for something that makes no sense
    ├── InputError         exit 3   what was handed in cannot be read, or only partly
    ├── LakeError          exit 2   the lake named is not there, of another version, of another origin, or damaged
    │   └── ConflictError  exit 1   another writer won every retry
    └── CatalogError       exit 1   the shipped or imported catalog contradicts itself

What goes wrong *out there* (a timeout, a reset, a withdrawn app) is data and never an exception. A message names the source,
the record and the field, and says what to do.
"""

from typing import ClassVar

__all__ = ["AdmittanceError", "CatalogError", "ConflictError", "InputError", "LakeError", "UsageError"]


class AdmittanceError(Exception):
    """Base of all the errors above; `exit_status` is what the command line ends with."""

    exit_status: ClassVar[int] = 1


class UsageError(AdmittanceError):
    """The request makes no sense: an unknown subject, a malformed date, an option that does not apply."""

    exit_status = 2


class InputError(AdmittanceError):
    """A file, table or document cannot be read; what could be read was kept."""

    exit_status = 3


class LakeError(AdmittanceError):
    """The lake named cannot be used as asked: none there, another schema, another origin, a missing table."""

    exit_status = 2


class ConflictError(LakeError):
    """Other writers won every retry of a commit; nothing was written, so the command can be repeated."""

    exit_status = 1


class CatalogError(AdmittanceError):
    """The catalog contradicts itself: a repeated id, an unknown parent, a host claimed twice."""
