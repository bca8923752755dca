"""Every text is asked for by a page, a paper, a program or a command; what nobody says is gone."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = {".py", ".html", ".js"}


def sources() -> str:
    """Everything in the package that may ask for a text."""
    found = (x for x in (ROOT / "ricomi_workflow").rglob("*") if x.suffix in SOURCES)
    return "\n".join(file.read_text(encoding="utf-8") for file in found)


def test_every_text_is_asked_for_by_its_name_or_by_the_beginning_of_it() -> None:
    said = sources()
    whole = set(re.findall(r"[a-z_]+\.[a-z0-9_.]+", said))
    made = re.findall(r"([a-z_]+\.[a-z0-9_]*)\{|[\"']([a-z_]+\.[a-z0-9_]*)[\"'] ?~", said)
    begun = tuple({first or second for first, second in made})
    names = [
        f"{file.stem}.{key}"
        for file in (ROOT / "texts").glob("*.yaml")
        for key in re.findall(r"^([a-z][\w.]*):", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert len(names) > 1000
    unasked = [name for name in names if name not in whole and not name.startswith(begun)]
    assert not unasked, "\n".join(sorted(unasked))
