"""Tables of the peers: the columns of the product's that a move writes, in Django's words."""

from django.db import models
from django_fsm import FSMField, transition
from django_fsm_log.decorators import fsm_log_by


def is_secretariat(case):
    """Whether the actor of the act may move the case."""
    return case.acting_as == "secretariat"


class Case(models.Model):
    """A case; `acting_as` is the role in which somebody acts on it, kept nowhere."""

    acting_as = ""

    ref = models.CharField(max_length=20, unique=True)
    title = models.JSONField()
    version = models.IntegerField(default=0)
    head = models.CharField(max_length=64)
    state = FSMField(default="executing")
    entered = models.IntegerField(default=0)
    entered_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)

    @fsm_log_by
    @transition(field=state, source=["executing"], target="suspended", conditions=[is_secretariat])
    def suspend(self, by=None):
        """Leave execution."""

    @fsm_log_by
    @transition(field=state, source=["suspended"], target="executing", conditions=[is_secretariat])
    def resume(self, by=None):
        """Take execution up again."""


class Partner(models.Model):
    """Another state that takes part."""

    case = models.ForeignKey(Case, models.PROTECT)
    country = models.CharField(max_length=2)


class Entry(models.Model):
    """An entry of the trail, chained."""

    case = models.ForeignKey(Case, models.PROTECT)
    seq = models.IntegerField()
    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField()
    office = models.CharField(max_length=40)
    act = models.CharField(max_length=60)
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    reason = models.TextField()
    detail = models.JSONField()
    prev = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        """One entry a version."""

        constraints = (models.UniqueConstraint(fields=["case", "seq"], name="entry_of_version"),)


class Message(models.Model):
    """A row of somebody's inbox."""

    id = models.BigIntegerField(primary_key=True)
    user_id = models.BigIntegerField(db_index=True)
    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    name = models.CharField(max_length=40)
    params = models.JSONField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)


class Delivery(models.Model):
    """The same in the outbox."""

    message = models.OneToOneField(Message, models.PROTECT, primary_key=True)
    status = models.CharField(max_length=8)
    attempts = models.IntegerField()
    next_at = models.DateTimeField(db_index=True)


class Deadline(models.Model):
    """An instant of a term."""

    case = models.ForeignKey(Case, models.PROTECT)
    visit = models.IntegerField()
    kind = models.CharField(max_length=8)
    at = models.DateTimeField(db_index=True)
    rule = models.JSONField()
    then_trigger = models.CharField(max_length=60, null=True)  # noqa: DJ001 - as in the product


class Catalogued(models.Model):
    """The catalogue's day of change."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True)
    changed_at = models.DateTimeField(db_index=True)
