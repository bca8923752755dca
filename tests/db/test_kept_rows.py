"""What lets programs in, and what tells others, cannot be given another meaning by raw SQL."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from ricomi_workflow.identity.tokens import list_tokens, make_token, revoke_token
from ricomi_workflow.kernel.actors import ANONYMOUS, Role
from ricomi_workflow.saved_searches.commands import SearchRequest, request_search
from ricomi_workflow.saved_searches.rules import SavedQuery
from ricomi_workflow.webhooks.commands import Subscription, end, rotate_secret, send_test, subscribe
from ricomi_workflow.webhooks.rules import EVENTS
from tests.support.product import Stage, product

LATER = "'2036-01-01T00:00:00.000000Z'"
KEPT = {
    "api_token": (
        "user_id = user_id + 1",
        "role = 'administrator', country = NULL",
        """scopes = '["fund:write"]'""",
        f"expires_at = {LATER}",
        "revoked_at = NULL",
    ),
    "webhook": (
        "country = 'BR'",
        "url = 'https://elsewhere.example/'",
        "events = '[]'",
        "made_by = NULL",
        "standing = 'active', why = ''",
    ),
    "webhook_secret": (
        "nonce = 'x'",
        f"ends_at = {LATER} WHERE ends_at IS NOT NULL",
        "ends_at = NULL WHERE ends_at IS NOT NULL",
    ),
    "webhook_event": ("facts = '{}'",),
    "saved_search": ("question = '{}'", "nonce = 'x'", "asked_at = " + LATER, "lang = 'fr'"),
    "saved_search_address": ("email = 'other@example.org'",),
}
STAYING = ("api_token", "webhook", "webhook_secret")


def test_rows_keep_what_they_were_made_with(engine: Engine) -> None:
    stage = Stage(product(engine))
    services, owner = stage.services, stage.the(Role.FOCAL_POINT, "PY")
    wanted = Subscription(None, "Cancillería", "https://ricomi.example/told", EVENTS)
    with services.uow.begin(owner) as tx:
        make_token(tx, "Informes")
        made = subscribe(tx, services, wanted)
    with services.uow.begin(owner) as tx:
        rotate_secret(tx, services, made.webhook)
        send_test(tx, made.webhook)
        end(tx, made.webhook)
        (token,) = list_tokens(tx.connection, owner.user_id or 0)
        revoke_token(tx, token.digest)
    with services.uow.begin(ANONYMOUS) as tx:
        request_search(
            tx, SearchRequest("lectora@example.org", SavedQuery("ley", {}), "daily", "es", "here")
        )
    statements = [f"UPDATE {table} SET {each}" for table, all_ in KEPT.items() for each in all_]
    statements += [f"DELETE FROM {table}" for table in STAYING]
    if engine.dialect.name == "sqlite":
        again = "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"
        statements += [again.format(table) for table in STAYING]
    else:
        statements += [f"TRUNCATE {table} CASCADE" for table in STAYING]
    for statement in statements:
        refused = pytest.raises(DBAPIError, match=r"append_only|uq_")
        with refused, engine.begin() as connection:
            connection.execute(text(statement))
    with engine.begin() as connection:  # what moves is changed as before
        for statement in (
            "UPDATE api_token SET used_at = created_at",
            "UPDATE saved_search SET pace = 'weekly'",
            "DELETE FROM saved_search_address",
        ):
            assert connection.execute(text(statement)).rowcount == 1
