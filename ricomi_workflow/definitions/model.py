"""What a definition file says, as frozen values: workflow, form, message.

The YAML keys are these attribute names (exceptions are noted). Every label is a `LocalizedText`
complete in four languages. Released files never change; a new version is a new file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ricomi_workflow.definitions.conditions import Condition, Operator
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import LocalizedText


class RecordType(StrEnum):
    """`catalogued_as` of a process: as what its entries are counted, compared and begun from."""

    NEED = "need"  # what a State lacks: compared with offers
    OFFER = "offer"  # what a State would share: compared with needs, asked when a partner is sought
    PROJECT = (
        "project"  # cooperation itself: begun from an offer, counted by who gives and receives
    )


@dataclass(frozen=True, slots=True)
class Basis:
    """A ground of the process: what it says and where it stands."""

    text: LocalizedText
    source: str
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One point of the state line that people see; several states may share one."""

    name: str
    label: LocalizedText
    who: LocalizedText


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to the holders of some roles: `{message: NAME, to: [role, …]}`."""

    message: str
    to: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A term in business days of the Secretariat, counted from entering the state.

    `remind`: business days before the end at which those waited for are reminded.
    `then`: trigger that the system fires at the end (absent: the case only becomes overdue).
    `escalate_to`: roles told one business day after the end.
    """

    business_days: int
    remind: tuple[int, ...] = ()
    then: str | None = None
    escalate_to: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class FormAccess:
    """Who may edit and read a form in a state, with exceptions for single fields.

    YAML: `forms: {request: {edit: [focal_point], read: [secretariat], fields: {contact:
    {read: [..]}}}}`. Whoever edits may read. A role that is not named does not see the form at all.
    `own`: several states each give one of their own; these roles see only what they gave, and each
    state has a draft of its own.
    """

    edit: frozenset[Role] = frozenset()
    read: frozenset[Role] = frozenset()
    own: frozenset[Role] = frozenset()
    fields: Mapping[str, FormAccess] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StateDef:
    """One state: how it is called, who is waited for, until when, what may be seen."""

    name: str
    step: str
    label: LocalizedText
    public: LocalizedText
    waits_for: tuple[Role, ...] = ()
    final: bool = False
    side: bool = False  # a side state (returned, deferred, suspended): keeps its step's dot
    is_public: bool = False  # YAML `catalogued`: the case is in the public catalogue
    outcome: str = ""  # the end that the public reads, of a case that ended well and has a sequel
    readers: frozenset[Role] = frozenset()
    deadline: Deadline | None = None
    forms: Mapping[str, FormAccess] = field(default_factory=dict)
    binds: str | None = None  # the form on which is decided here: its material part stays
    notify: tuple[Notice, ...] = ()
    effects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TransitionDef:
    """One act: from where, to where, by whom, under which guards, with which effects.

    `target` (YAML `to`) None: the act does not move the case. No roles: only the system acts.
    `form` is `name/vN`: the act takes that form. `reason`: the act needs a written reason, kept in
    the trail and readable by the applicant. `primary`: the expected act, shown as the main button.
    `points` is the name of a form: the act may say which of its sections and fields are to be
    changed. `depends_on` names, by form, the sections on which an approval rests: it no longer
    holds once one of them is handed in with other answers. Without it any new version ends it.
    `bulk`: the act may be done on several cases at once, each judged by itself; it takes no form.
    """

    trigger: str
    sources: tuple[str, ...]  # YAML `from`: one state or a list
    target: str | None
    roles: frozenset[Role]
    label: LocalizedText
    hint: LocalizedText
    done: LocalizedText  # the sentence of the trail: "Opened the ballot"
    form: str | None = None
    reason: bool = False
    points: str | None = None
    depends_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    primary: bool = False
    bulk: bool = False
    guards: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    notify: tuple[Notice, ...] = ()


VOTE = "vote"  # how a separation names voting in a ballot, which is no transition


@dataclass(frozen=True, slots=True)
class Separation:
    """Acts that one person does not both do in one case.

    Whoever did one of `did`, or wrote in a form of `wrote` (whoever handed it in), does none of
    `excludes`; over the whole history of the case, and whoever acts in their name neither. Acts
    are triggers, or `vote`. `reason` says why.
    """

    name: str
    did: tuple[str, ...]
    excludes: tuple[str, ...]
    reason: LocalizedText
    wrote: tuple[str, ...] = ()  # names of forms


@dataclass(frozen=True, slots=True)
class WorkflowDef:
    """A whole process of one kind of case, in one version.

    A `registry` keeps facts about states (laws, programmes, publications): an office of the
    network that may open it does so for any state, and its countries neither ask nor provide.
    """

    kind: str
    version: int
    label: LocalizedText
    rationale: LocalizedText
    basis: tuple[Basis, ...]
    initial: str
    form: str  # the form that opens the case and names it, `request/v1`
    steps: tuple[Step, ...]
    states: Mapping[str, StateDef]
    transitions: tuple[TransitionDef, ...]
    opens: frozenset[Role]  # who may open a case of this kind
    body: str | None = None  # the committee that decides
    terms: Mapping[str, int] = field(default_factory=dict)  # figures that guards obey
    separation: tuple[Separation, ...] = ()
    digest: str = ""  # SHA-256 of the file
    registry: bool = False  # keeps facts about states: see below
    plural: LocalizedText | None = None  # what its entries are called together, if not by the label
    catalogued_as: RecordType | None = None  # what its entries are to cooperation; None: nothing

    @property
    def key(self) -> str:
        """Kind and version as written on a case: `cooperation_request/v1`."""
        return f"{self.kind}/v{self.version}"


class FieldType(StrEnum):
    """What a field holds, and how its value is stored in JSON."""

    TEXT = "text"  # str
    LONG_TEXT = "long_text"  # str
    LOCALIZED = "localized_text"  # {lang: str}, the first language is the original
    LOCALIZED_LONG = "localized_long_text"  # the same, several paragraphs
    CHOICE = "choice"  # value of the option
    CHOICES = "choices"  # list of values
    COUNTRY = "country"  # ISO 3166-1 alpha-2
    COUNTRIES = "countries"  # list of them
    DATE = "date"  # ISO 8601 day
    INTEGER = "integer"  # int
    MONEY = "money"  # plain text with two decimals, "65000.00", USD
    PERCENTAGE = "percentage"  # plain text with two decimals, "12.50"
    YES_NO = "yes_no"  # bool
    FILES = "files"  # list of references `sha256:<digest>/<name>`
    TABLE = "table"  # list of rows, each {column: value} with the computed columns


class ValueFormat(StrEnum):
    """What a value of a wider type is."""

    ADDRESS = "address"  # a text: the address of a page
    YEAR = "year"  # an integer: written without marks between its figures


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a choice may take."""

    value: str
    label: LocalizedText


class Calculation(StrEnum):
    """How a computed field or column comes to its value."""

    SUM = "sum"  # of fields, or of a column: [a, b], [table.column]
    PRODUCT = "product"  # of fields; a percentage takes its share
    DIFFERENCE = "difference"  # the first less the second
    PERCENTAGE = "percentage"  # how much the first is of the second
    COUNT = "count"  # the rows of a table
    DAYS = "days"  # from the first day to the second
    MONTHS = "months"  # whole months between two days
    RATE = "rate"  # of a place on a day, as a table of rates has it


@dataclass(frozen=True, slots=True)
class Computed:
    """`computed: {sum: [a, b]}`: what a field is calculated from; nobody types it.

    Operands are fields, `table.column` for the sum of a column, or, in a column, columns of the
    same row. `rate: {table: per_diem, place: FIELD, day: FIELD}` has the place and the day as its
    operands and names the table.
    """

    calculation: Calculation
    operands: tuple[str, ...]
    table: str = ""


@dataclass(frozen=True, slots=True)
class Prefill:
    """Where a first answer is offered from: `prefill: {from: profile, field: languages}`.

    `profile`: the current profile of the country. `earlier`: the last submission of `form`
    (default: this form) in another case of the same country.
    """

    source: str  # YAML `from`: profile | earlier
    field: str
    form: str | None = None


@dataclass(frozen=True, slots=True)
class FieldDef:
    """One field, or one column of a table."""

    name: str
    type: FieldType
    label: LocalizedText
    help: LocalizedText | None = None
    required: bool = True
    max_words: int | None = None
    max_length: int | None = None
    minimum: str | None = None  # YAML `min`: least integer, amount or ISO day; `today` for dates
    maximum: str | None = None  # YAML `max`
    min_field: str | None = None  # YAML `min: {field: NAME}`: not less than that field
    max_field: str | None = None  # YAML `max: {field: NAME}`
    options: tuple[Option, ...] = ()
    options_from: str | None = None  # a list: `LISTS`, or one of the caller
    format: ValueFormat | None = None  # YAML `as`
    columns: tuple[FieldDef, ...] = ()
    computed: Computed | None = None  # YAML `product: [..]` is `computed: {product: [..]}`
    group_by: str | None = None  # table: the choice column whose values make subtotals
    min_rows: int = 0
    unique: tuple[str, ...] = ()  # table: no two rows agree in all these columns
    public: bool = False  # may reach the public catalogue
    material: bool = True  # bound by a ballot: without it, it may be corrected meanwhile
    when: Condition | None = None  # the field applies; without it, always
    required_when: Condition | None = None  # required then, optional otherwise
    suggest: str | None = None  # a list that is offered and does not bind: institutions, entries
    prefill: Prefill | None = None
    was: str | None = None  # the name of this field in the version before

    @property
    def is_computed(self) -> bool:
        """Whether the value follows from others."""
        return self.computed is not None

    @property
    def is_rate(self) -> bool:
        """Whether the value is looked up in a table, which may say another tomorrow."""
        return self.computed is not None and self.computed.calculation is Calculation.RATE

    @property
    def product(self) -> tuple[str, ...]:
        """The factors of a product, of a field that is one."""
        computed = self.computed
        is_product = computed is not None and computed.calculation is Calculation.PRODUCT
        return computed.operands if computed and is_product else ()


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that stand together on one page of the form."""

    name: str
    label: LocalizedText
    fields: tuple[FieldDef, ...]
    intro: LocalizedText | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A rule over several fields: `left` stands to `right` as `compare` says, `when` it applies.

    A side is `field`, `table.column` for the sum of a column, or `table` for the number of its
    rows. `at` is the field where the error stands; the message may use `{left}`, `{right}` and
    `{difference}`. A check without sides refuses whatever fulfils its `when`.
    """

    code: str
    left: str
    right: str
    at: str
    message: LocalizedText
    compare: Operator = Operator.EQUALS
    when: Condition | None = None

    @property
    def forbids(self) -> bool:
        """Whether it compares nothing: what fulfils its condition is refused."""
        return not self.left


@dataclass(frozen=True, slots=True)
class FormDef:
    """A form in one version."""

    name: str
    version: int
    label: LocalizedText
    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = ()
    digest: str = ""

    @property
    def key(self) -> str:
        """Name and version as stored with a submission: `request/v1`."""
        return f"{self.name}/v{self.version}"

    def fields(self) -> tuple[FieldDef, ...]:
        """The fields of all sections, in their order."""
        return tuple(f for section in self.sections for f in section.fields)

    def field(self, name: str) -> FieldDef:
        """The field called `name`; KeyError when there is none."""
        for candidate in self.fields():
            if candidate.name == name:
                return candidate
        raise KeyError(name)


USUAL_PARTS = ("greeting", "text", "case", "signature")  # of a message that names none


@dataclass(frozen=True, slots=True)
class MessagePart:
    """A template of `notifications/shared.yaml`, with the parameters that it uses."""

    params: tuple[str, ...]
    text: LocalizedText


@dataclass(frozen=True, slots=True)
class MessageDef:
    """A message that the product sends: its subject and Jinja text by language.

    `notifications/<name>.yaml` holds `subject`, `why` (for whom it is), `text`, `params` (the names
    that these templates may use) and `parts` (what stands before and after the text).
    """

    name: str
    subject: LocalizedText
    why: LocalizedText
    params: tuple[str, ...]  # its own and those of its parts
    text: LocalizedText
    bodies: Mapping[str, str]  # by language: the text between its parts
