"""Datasette as a contestant: one table made of the catalogue, with facets and full text."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import make_url

from benchmarks.remote import Remote
from ricomi_workflow.catalogue.queries import SearchQuery

_LISTS = ("topic", "population")
_PLAIN = ("year", "country")
_TABLE = "".join(
    f""", (SELECT json_group_array(value) FROM world.catalogue_facet AS f
WHERE f.facet = '{name}' AND f.entry_id = e.entry_id) AS {name}"""
    for name in _LISTS
)
_STATEMENTS = (
    """CREATE TABLE entry (id INTEGER PRIMARY KEY, ref TEXT, title TEXT, summary TEXT, words TEXT,
country TEXT, status TEXT, year TEXT, changed_at TEXT, topic TEXT, population TEXT)""",
    f"""INSERT INTO entry SELECT entry_id, ref, title, summary, words, country, status, year,
changed_at{_TABLE} FROM world.catalogue_entry AS e""",
    "CREATE INDEX entry_changed_at ON entry (changed_at)",
    "CREATE INDEX entry_year ON entry (year)",
    "CREATE INDEX entry_country ON entry (country)",
    'CREATE VIRTUAL TABLE entry_fts USING fts5(words, content="entry", content_rowid="id")',
    "INSERT INTO entry_fts (entry_fts) VALUES ('rebuild')",
)


def fits(question: SearchQuery) -> bool:
    """Whether Datasette can be asked this: it knows no roles, and no order by titles."""
    return question.sort == "newest" and not set(question.choices) - {*_LISTS, *_PLAIN}


def made_of(address: str) -> Path:
    """The file for Datasette, made of the catalogue at `address` beside it."""
    world = Path(str(make_url(address).database))
    file = world.with_name("entries.db")
    with closing(sqlite3.connect(file, isolation_level=None)) as made:
        made.execute("ATTACH DATABASE ? AS world", [str(world)])
        for statement in _STATEMENTS:
            made.execute(statement)
    return file


def path_of(question: SearchQuery) -> str:
    """What Datasette is asked for."""
    asked = [("_size", "20"), ("_sort_desc", "changed_at"), ("_nosuggest", "1")]
    if question.words:
        words = " ".join(f'"{word}"*' for word in question.words.split())
        asked += [("_search", words), ("_searchmode", "raw")]
    asked += [("_facet", name) for name in _PLAIN]
    asked += [("_facet_array", name) for name in _LISTS]
    for facet, (value,) in question.choices.items():
        asked.append((f"{facet}__arraycontains" if facet in _LISTS else facet, value))
    return f"/entries/entry.json?{urlencode(asked)}"


class DatasetteSearch(Remote):
    """Datasette, asked one question."""

    module = "benchmarks.peers.datasette_serve"

    def __init__(self, python: Path, file: Path, question: SearchQuery, total: int) -> None:
        facts: Mapping[str, Any] = {"file": str(file), "path": path_of(question), "total": total}
        super().__init__(python, "Datasette, four facets", facts)
