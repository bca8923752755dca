"""Time zones that a person may choose: those of the capitals of the member states."""

from __future__ import annotations

from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.country_names import sort_key

_CAPITALS = (
    "Antigua Argentina/Buenos_Aires Asuncion Barbados Belize Bogota Caracas Costa_Rica Dominica"
    " El_Salvador Grenada Guatemala Guayaquil Guyana Havana Jamaica La_Paz Lima Managua Mexico_City"
    " Montevideo Nassau New_York Panama Paramaribo Port-au-Prince Port_of_Spain Santiago"
    " Santo_Domingo Sao_Paulo St_Kitts St_Lucia St_Vincent Tegucigalpa Toronto"
).split()
ZONES = tuple(f"America/{name}" for name in _CAPITALS)


def zone_choices(lang: str, present: str) -> list[tuple[str, str]]:
    """Each zone with the place whose time it is, by name; `present` is among them."""
    zones = ZONES if present in ZONES else (*ZONES, present)
    named = [(zone, formats.city(zone, lang).rpartition("/")[2]) for zone in zones]
    return sorted(named, key=lambda pair: sort_key(pair[1]))
