"""The pages: one module a subject, each with its blueprint; `BLUEPRINTS` is what is served."""

from flask import Blueprint

from ricomi_workflow.web.pages import (
    about,
    account,
    acts,
    ballots,
    calls,
    cases,
    committee,
    dossier,
    drafts,
    forms,
    health,
    inbox,
    people,
    process,
    public,
    treasury,
    work,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    public.blueprint,
    process.blueprint,
    about.blueprint,
    account.blueprint,
    inbox.blueprint,
    people.blueprint,
    health.blueprint,
    work.blueprint,
    cases.blueprint,
    acts.blueprint,
    forms.blueprint,
    drafts.blueprint,
    dossier.blueprint,
    ballots.blueprint,
    committee.blueprint,
    calls.blueprint,
    treasury.blueprint,
)
