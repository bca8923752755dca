"""A kind that asks for files, in two versions of its form; and files to send."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Final

from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.db.uow import UnitOfWork
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.files import Scanner
from tests.definitions.samples import act, four, put
from tests.support.application import application
from tests.support.databases import engine_at
from tests.support.office import MORNING, SECRET, OfficeHouse

PDF: Final = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
EICAR: Final = (  # the text that every scanner takes for harmful, in two halves
    "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
).encode("ascii")
_EDITORS = ["focal_point", "institution_user"]


def png() -> bytes:
    """A picture of one point."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack("!L", len(body)) + kind + body + struct.pack("!L", zlib.crc32(kind + body))
        )

    header = struct.pack("!2L5B", 1, 1, 8, 0, 0, 0, 0)
    picture = zlib.compress(b"\0\0")
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", picture), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def folder(**contents: bytes) -> bytes:
    """A ZIP folder; `__` in a name is a slash, `_dot_` a dot."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in contents.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return target.getvalue()


def docx() -> bytes:
    """A document of a word processor, as far as its kind shows."""
    with io.BytesIO() as target:
        with zipfile.ZipFile(target, "w") as made:
            made.writestr("[Content_Types].xml", "<Types/>")
            made.writestr("word/document.xml", "<document/>")
        return target.getvalue()


def form(version: int = 1) -> dict[str, object]:
    """Title, words and evidence; the second version asks for months and no longer for words."""
    fields: list[dict[str, object]] = [
        {"name": "title", "type": "localized_text", "label": four("title")},
        {"name": "words", "type": "long_text", "label": four("words"), "required": False},
        {"name": "evidence", "type": "files", "label": four("evidence"), "max": 3},
    ]
    fields[2]["required"] = False
    if version > 1:
        fields[1] = {"name": "months", "type": "integer", "label": four("months")}
    section = {"name": "all", "label": four("all"), "fields": fields}
    return {"name": "note", "version": version, "label": four("note"), "sections": [section]}


def workflow(version: int = 1) -> dict[str, object]:
    """Written, handed in, and that is all."""
    access = {"edit": _EDITORS, "read": ["secretariat"]}
    states: dict[str, dict[str, object]] = {
        "draft": {"forms": {"note": access}, "readers": [*_EDITORS, "secretariat"]},
        "filed": {
            "forms": {"note": {"read": [*_EDITORS, "secretariat"]}},
            "readers": [*_EDITORS, "secretariat", "ceam_delegate"],
        },
        "done": {"readers": [*_EDITORS, "secretariat"], "final": True},
    }
    texts = {"step": "all", "label": four("state"), "public": four("state")}
    key = f"note/v{version}"
    return {
        "kind": "note",
        "version": version,
        "label": four("note"),
        "rationale": four("why"),
        "basis": [{"text": four("rule"), "source": "Test", "confirmed": False}],
        "form": key,
        "opens": ["focal_point"],
        "initial": "draft",
        "steps": [{"name": "all", "label": four("all"), "who": four("who")}],
        "states": {name: {**texts, **own} for name, own in states.items()},
        "transitions": [
            act("hand_in", "draft", to="filed", roles=["focal_point"], form=key),
            act("finish", "filed", to="done", roles=["secretariat"]),
        ],
    }


def write(root: Path, *versions: int) -> Path:
    """The folders of a deployment that knows this kind only."""
    for version in versions or (1,):
        put(root / f"workflows/note/v{version}.yaml", workflow(version))
        put(root / f"forms/note/v{version}.yaml", form(version))
    (root / "notifications").mkdir(exist_ok=True)
    return root


class NotedHouse(OfficeHouse):
    """The application with this kind, over one database and a store of its own."""

    def __init__(
        self, address: str, root: Path, *versions: int, scanner: Scanner | None = None
    ) -> None:
        super().__init__(address)
        self.services.uow.engine.dispose()
        definitions = write(root / "definitions", *versions)
        settings = Settings(
            address, SECRET, files=root / "files", definitions=definitions, max_upload=1
        )
        uow = UnitOfWork(engine_at(address), self.clock)
        composed = compose(settings, FrozenClock(MORNING), uow.engine)
        self.services = replace(composed, uow=uow, scanner=scanner)
        self.app = application(self, self.services)
