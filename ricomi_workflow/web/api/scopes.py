"""Which scope of a token an operation needs: said once for each tag of the document.

To read needs `<domain>:read`, to act `<domain>:write`; what is open to everybody needs neither.
"""

from __future__ import annotations

from ricomi_workflow.identity.scopes import READ, WRITE

DOMAIN_OF = {
    "cases": "cases",
    "actions": "cases",
    "working together": "cases",
    "files": "cases",
    "matches": "cases",
    "ballots": "ballots",
    "calls": "calls",
    "reviews": "calls",
    "meetings": "meetings",
    "contributions": "fund",
    "bank": "fund",
    "books": "fund",
    "people": "people",
    "webhooks": "webhooks",
}


def scope_of(tag: str, *, acts: bool) -> str:
    """The scope that an operation with `tag` needs. Raises KeyError where no domain is said."""
    return f"{DOMAIN_OF[tag]}:{WRITE if acts else READ}"
