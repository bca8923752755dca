"""What may not change while it is decided upon: the material part of a form that was handed in."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.kernel.canonical import Json, digest


def material(form: FormDef, values: Mapping[str, Json]) -> dict[str, Json]:
    """The answers that are decided upon: all but those of fields that say `material: false`."""
    aside = {field.name for field in form.fields() if not field.material}
    return {name: value for name, value in values.items() if name not in aside}


def material_digest(form: FormDef, values: Mapping[str, Json]) -> str:
    """The digest of what is decided upon."""
    return digest({"form": form.key, "values": material(form, values)})
