"""Static checks of what a form offers as first answers: the source asks for the same thing."""

from __future__ import annotations

from collections.abc import Iterator

from ricomi_workflow.definitions.model import FieldDef, FormDef, Library
from ricomi_workflow.kernel.errors import Mistake

PROFILE = "country_profile"


def source_form(form: FormDef, definition: FieldDef) -> str:
    """The name of the form from which a field takes its first answer."""
    prefill = definition.prefill
    if prefill is None:
        return ""
    return PROFILE if prefill.source == "profile" else prefill.form or form.name


def check_prefill(form: FormDef, library: Library) -> Iterator[Mistake]:
    """Every prefill whose source is missing or of another type."""
    for definition in (f for f in form.fields() if f.prefill):
        name = source_form(form, definition)
        versions = [other for other in library.forms.values() if other.name == name]
        path = f"{definition.name}.prefill"
        file = f"forms/{form.key}.yaml"
        if not versions:
            known = ", ".join(sorted({other.name for other in library.forms.values()}))
            yield Mistake(file, f"{path}.form", f"unknown form {name}", known)
            continue
        newest = max(versions, key=lambda other: other.version)
        alike = [f.name for f in newest.fields() if f.type is definition.type]
        wanted = definition.prefill.field if definition.prefill else ""
        if wanted not in alike:
            allowed = ", ".join(alike) or f"a field of type {definition.type} in {newest.key}"
            yield Mistake(file, f"{path}.field", wanted, allowed)
