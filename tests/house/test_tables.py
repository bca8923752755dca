"""No history goes with what it is about: only what nobody need remember is deleted along."""

from ricomi_workflow.db.schema import metadata
from tests.support.databases import import_models

FORGOTTEN = {
    "saved_search",
    "saved_search_mail",
    "saved_search_notified",
}  # end with the address they are for


def test_no_row_is_deleted_because_another_was() -> None:
    """Deleting a person, a role or a definition leaves every act where it is, or is refused."""
    import_models()
    following = {
        table.name
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if key.ondelete or key.onupdate
    }
    assert len(metadata.tables) > 80
    assert following == FORGOTTEN
