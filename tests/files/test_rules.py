"""What may be kept: the name declares a kind, the content must be of it."""

import io
import zipfile
from typing import BinaryIO

import pytest

from ricomi_workflow.files.rules import Access, RejectedFile, clean_name, kind_of, may_add, may_open
from ricomi_workflow.kernel.actors import Role
from tests.support.noted import PDF, docx, folder, png


def opendocument() -> bytes:
    """A text document of OpenDocument, as far as its kind shows."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    return target.getvalue()


def with_program() -> bytes:
    """An office document that carries a program."""
    target = io.BytesIO(docx())
    with zipfile.ZipFile(target, "a") as made:
        made.writestr("word/vbaProject.bin", "program")
    return target.getvalue()


def broken(made: bytes) -> bytes:
    """The same folder with the packed bytes of its first part spoiled."""
    start = made.index(b"mimetype") + len("mimetype")
    return made[:start] + b"\xff" * 6 + made[start + 6 :]


def cut_short() -> bytes:
    """An open document whose type goes on without an end."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text" + " x" * 50_000)
    return target.getvalue()


def content(data: bytes) -> BinaryIO:
    """`data` as it is read."""
    return io.BytesIO(data)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("Nota oficial.PDF", PDF, "pdf"),
        ("foto.png", png(), "png"),
        ("foto.jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 40, "jpeg"),
        ("informe.docx", docx(), "docx"),
        ("informe.odt", opendocument(), "odt"),
        ("todo.zip", folder(a_dot_txt=b"hola"), "zip"),
        ("cuentas.csv", "línea;monto\npasajes;1.000,50\n".encode(), "csv"),
        ("viejo.txt", "educación".encode("cp1252"), "txt"),
    ],
)
def test_a_file_whose_content_is_what_its_name_says_is_kept(
    name: str, data: bytes, kind: str
) -> None:
    source = content(data)
    assert kind_of(name, source).name == kind
    assert source.tell() == 0


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("programa.exe", b"MZ\x90\0", "file_type"),
        ("sin ending", PDF, "file_type"),
        ("nota.pdf", b"", "file_empty"),
        ("nota.pdf", b"MZ\x90\0" + b"\0" * 60, "file_content"),
        ("nota.pdf", png(), "file_content"),
        ("nota.txt", b"MZ\x90\0" + b"\0" * 60, "file_content"),
        ("nota.csv", PDF, "file_content"),
        ("nota.txt", b"<html><script>alert(1)</script></html>", "file_content"),
        ("informe.docx", folder(a_dot_txt=b"hola"), "file_content"),
        ("informe.docx", with_program(), "file_content"),
        ("informe.odt", docx(), "file_content"),
        ("informe.docx", b"PK\x03\x04 broken", "file_content"),
        ("bomba.zip", folder(a_dot_txt=b"\0" * 40_000_000), "file_bomb"),
        ("roto.odt", broken(opendocument()), "file_content"),
        ("roto.zip.odt", cut_short(), "file_content"),
    ],
)
def test_any_other_file_is_refused_with_its_reason(name: str, data: bytes, code: str) -> None:
    with pytest.raises(RejectedFile) as refused:
        kind_of(name, content(data))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Users\\ana\\nota.pdf", "nota.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("nota\r\nSet-Cookie: x.pdf", "nota Set-Cookie: x.pdf"),
        (f"{'a' * 300}.pdf", f"{'a' * 196}.pdf"),
    ],
)
def test_a_name_keeps_only_what_a_name_may_hold(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


def test_restricted_documents_are_for_offices_of_the_network_and_their_sender() -> None:
    applicant, office = frozenset({Role.FOCAL_POINT}), frozenset({Role.SECRETARIAT})
    assert may_open(Access.LIMITED, applicant, own=False)
    assert not may_open(Access.RESTRICTED, applicant, own=False)
    assert may_open(Access.RESTRICTED, applicant, own=True)
    assert may_open(Access.RESTRICTED, office, own=False)


def test_a_case_at_its_end_takes_documents_of_the_secretariat_only() -> None:
    assert may_add(frozenset({Role.FOCAL_POINT}), final=False)
    assert not may_add(frozenset({Role.FOCAL_POINT}), final=True)
    assert may_add(frozenset({Role.SECRETARIAT}), final=True)
    assert not may_add(frozenset({Role.CEAM_DELEGATE}), final=False)
