"""All blueprints of the pages, in the order in which they are registered."""

from flask import Blueprint

from ricomi_workflow.web.account import (
    calendar_routes,
    delegations_routes,
    inbox_routes,
    people_routes,
)
from ricomi_workflow.web.account import routes as account_routes
from ricomi_workflow.web.ballots import meeting_vote_routes, recorded_vote_routes, silence_routes
from ricomi_workflow.web.ballots import routes as ballots_routes
from ricomi_workflow.web.bank import reconciliation_routes
from ricomi_workflow.web.bank import routes as bank_routes
from ricomi_workflow.web.calls import routes as calls_routes
from ricomi_workflow.web.cases import action_routes as cases_action_routes
from ricomi_workflow.web.cases import collaboration_routes, document_routes
from ricomi_workflow.web.cases import routes as cases_routes
from ricomi_workflow.web.catalogue import routes as catalogue_routes
from ricomi_workflow.web.committees import routes as committees_routes
from ricomi_workflow.web.committees import worklist as committee_worklist
from ricomi_workflow.web.contributions import routes as contributions_routes
from ricomi_workflow.web.decisions import routes as decisions_routes
from ricomi_workflow.web.forms import draft_routes
from ricomi_workflow.web.forms import routes as forms_routes
from ricomi_workflow.web.fund import operating_expenses, worklist
from ricomi_workflow.web.matching import routes as matching_routes
from ricomi_workflow.web.meetings import admin_routes
from ricomi_workflow.web.meetings import routes as meetings_routes
from ricomi_workflow.web.network import routes as network_routes
from ricomi_workflow.web.offline_forms import ballot_form_routes
from ricomi_workflow.web.offline_forms import routes as offline_forms_routes
from ricomi_workflow.web.process import routes as process_routes
from ricomi_workflow.web.reports import date_range_routes
from ricomi_workflow.web.reviews import routes as reviews_routes
from ricomi_workflow.web.saved_searches import routes as saved_searches_routes
from ricomi_workflow.web.site import routes as site_routes
from ricomi_workflow.web.statements import periods
from ricomi_workflow.web.statements import routes as statements_routes
from ricomi_workflow.web.webhooks import routes as webhooks_routes
from ricomi_workflow.web.work import routes as work_routes

BLUEPRINTS: tuple[Blueprint, ...] = (
    catalogue_routes.blueprint,
    catalogue_routes.confirmation_blueprint,
    matching_routes.blueprint,
    network_routes.embed_blueprint,
    saved_searches_routes.blueprint,
    site_routes.exports_blueprint,
    network_routes.blueprint,
    network_routes.statistics_blueprint,
    date_range_routes.news,
    date_range_routes.results,
    process_routes.blueprint,
    site_routes.about_blueprint,
    account_routes.blueprint,
    calendar_routes.blueprint,
    calendar_routes.account_blueprint,
    inbox_routes.blueprint,
    people_routes.blueprint,
    delegations_routes.blueprint,
    webhooks_routes.blueprint,
    site_routes.health_blueprint,
    work_routes.blueprint,
    work_routes.board_blueprint,
    cases_routes.filter_blueprint,
    cases_routes.bulk_blueprint,
    collaboration_routes.blueprint,
    cases_routes.blueprint,
    cases_action_routes.blueprint,
    forms_routes.blueprint,
    draft_routes.blueprint,
    document_routes.dossier_blueprint,
    offline_forms_routes.blueprint,
    document_routes.blueprint,
    ballots_routes.blueprint,
    silence_routes.blueprint,
    meeting_vote_routes.blueprint,
    recorded_vote_routes.blueprint,
    ballot_form_routes.blueprint,
    committee_worklist.blueprint,
    decisions_routes.blueprint,
    committees_routes.blueprint,
    calls_routes.blueprint,
    reviews_routes.blueprint,
    calls_routes.ranking_blueprint,
    meetings_routes.blueprint,
    admin_routes.blueprint,
    meetings_routes.task_blueprint,
    worklist.blueprint,
    contributions_routes.blueprint,
    bank_routes.blueprint,
    reconciliation_routes.blueprint,
    periods.blueprint,
    statements_routes.blueprint,
    operating_expenses.blueprint,
)
