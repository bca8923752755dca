"""The pages: one module a subject, each with its blueprint; `BLUEPRINTS` is what is served."""

from flask import Blueprint

from ricomi_workflow.web.pages import process

BLUEPRINTS: tuple[Blueprint, ...] = (process.blueprint,)
