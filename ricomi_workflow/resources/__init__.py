"""Where the data folders of the product are, in a checkout and in an installed wheel alike.

`workflows/`, `forms/`, `notifications/`, `migrations/`, `reference/` and `texts/` stand at the top
of the source tree because they are the product. `setup.cfg` maps each of them into this package, so
`importlib.resources` finds them wherever Python has put it; no other module may build such a path.
"""

from importlib.resources import files
from pathlib import Path
from typing import Final

FOLDERS: Final = (
    "forms",
    "migrations",
    "notifications",
    "reference",
    "texts",
    "verifier",
    "workflows",
)


def root(name: str) -> Path:
    """Give the folder of shipped data called `name`, one of `FOLDERS`.

    Raises: LookupError for any other name, or when the package is installed as an archive, which
    Alembic and the template loader could not read.
    """
    if name not in FOLDERS:
        raise LookupError(f"no data folder {name!r}; there are {', '.join(FOLDERS)}")
    folder = files(f"{__name__}.{name}")
    if isinstance(folder, Path):
        return folder
    raise LookupError(f"{name} is not a folder on disk: {folder}")
