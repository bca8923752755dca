"""What the database itself refuses of ballots, in the words of each database.

PostgreSQL writes the rows of several tables in one statement, in no order that could be relied
on: its triggers run after the statement and see all of them.
"""

from __future__ import annotations

from typing import Final

_ENTRY = """SELECT 1 FROM audit_entry e JOIN ballot b ON b.case_id = e.case_id
    WHERE b.id = NEW.ballot_id AND e.seq = NEW.seq"""
# The entry that opens a ballot, and the one that ends it, as far as each database reads it alike.
_OPENS = """SELECT 1 FROM audit_entry e
    WHERE e.case_id = NEW.case_id AND e.seq = NEW.seq AND e.at = NEW.opened_at"""
_ENDS = f"{_ENTRY} AND e.at = NEW.recorded_at"
_ENDED = "EXISTS (SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id)"
_ENDED_BEFORE = """EXISTS (
    SELECT 1 FROM ballot_outcome WHERE ballot_id = NEW.ballot_id AND seq < NEW.seq)"""
_SEATED = """EXISTS (SELECT 1 FROM ballot_seat
    WHERE ballot_id = NEW.ballot_id AND country = NEW.country AND counted)"""
# An open ballot on the form that is handed in, whose material part is not the one voted on.
_BOUND = """SELECT 1 FROM ballot b
    WHERE b.case_id = NEW.case_id AND b.seq < NEW.seq
    AND substr(b.content_form, 1, length(NEW.form) + 2) = NEW.form || '/v'
    AND (NEW.material IS NULL OR NEW.material <> b.material_digest)
    AND NOT EXISTS (SELECT 1 FROM ballot_outcome o WHERE o.ballot_id = b.id)"""
# The entry by which an attendance is taken.
_TAKEN = f"{_ENTRY} AND e.act = 'ballot.attendance_taken'"
_TIMED_BEFORE = """EXISTS (
    SELECT 1 FROM ballot_period WHERE ballot_id = NEW.ballot_id AND seq < NEW.seq)"""
_UNSERVED = """EXISTS (SELECT 1 FROM ballot_seat s
    WHERE s.ballot_id = NEW.ballot_id AND s.counted AND NOT EXISTS (
        SELECT 1 FROM ballot_service v WHERE v.ballot_id = s.ballot_id
        AND v.country = s.country AND v.delivered_at <= NEW.starts_at))"""

SQLITE: Final = (
    f"""CREATE TRIGGER ballot_continues BEFORE INSERT ON ballot BEGIN
SELECT RAISE(ABORT, 'ballot_is_open') WHERE EXISTS (
    SELECT 1 FROM ballot b WHERE b.case_id = NEW.case_id
    AND NOT EXISTS (SELECT 1 FROM ballot_outcome o WHERE o.ballot_id = b.id));
SELECT RAISE(ABORT, 'ballot_round') WHERE NEW.round <>
    (SELECT count(*) + 1 FROM ballot b WHERE b.case_id = NEW.case_id);
SELECT RAISE(ABORT, 'ballot_without_entry') WHERE NOT EXISTS (
    {_OPENS} AND json_extract(e.detail, '$.ballot') = NEW.round
    AND json_extract(e.detail, '$.content') = NEW.content_digest
    AND json_type(e.detail, '$.seats') = 'text');
END""",
    f"""CREATE TRIGGER ballot_outcome_is_told AFTER INSERT ON ballot_outcome BEGIN
SELECT RAISE(ABORT, 'outcome_without_entry') WHERE NOT EXISTS (
    {_ENDS} AND json_extract(e.detail, '$.ballot') = b.round
    AND json_extract(e.detail, '$.outcome') = NEW.outcome);
END""",
    f"""CREATE TRIGGER vote_is_admissible BEFORE INSERT ON vote BEGIN
SELECT RAISE(ABORT, 'vote_after_outcome') WHERE {_ENDED};
SELECT RAISE(ABORT, 'vote_without_seat') WHERE NOT {_SEATED};
SELECT RAISE(ABORT, 'vote_after_closing') WHERE NOT EXISTS (
    SELECT 1 FROM ballot b LEFT JOIN ballot_period p ON p.ballot_id = b.id
    WHERE b.id = NEW.ballot_id AND b.opened_at <= NEW.at
    AND NEW.at < coalesce(b.closes_at, p.closes_at, '9'));
SELECT RAISE(ABORT, 'vote_without_entry') WHERE NOT EXISTS (
    {_ENTRY} AND e.at = NEW.at AND e.actor_id = NEW.actor_id
    AND e.act = CASE WHEN NEW.position = 'taken_back' THEN 'ballot.vote_taken_back'
        WHEN NEW.on_behalf THEN 'ballot.vote_recorded' ELSE 'ballot.vote_cast' END);
SELECT RAISE(ABORT, 'vote_without_slip') WHERE NEW.position <> 'taken_back' AND EXISTS (
    SELECT 1 FROM ballot b WHERE b.id = NEW.ballot_id
    AND (b.secrecy = 'open') <> (NEW.slip IS NULL));
SELECT RAISE(ABORT, 'vote_is_told') WHERE NEW.slip IS NOT NULL AND NOT EXISTS (
    {_ENTRY} AND json_extract(e.detail, '$.slip') = NEW.slip
    AND json_type(e.detail, '$.position') IS NULL);
END""",
    """CREATE TRIGGER ballot_seat_is_frozen BEFORE INSERT ON ballot_seat BEGIN
SELECT RAISE(ABORT, 'electorate_is_frozen') WHERE NOT EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id
    AND seats > (SELECT count(*) FROM ballot_seat s WHERE s.ballot_id = NEW.ballot_id));
END""",
    f"""CREATE TRIGGER ballot_period_begins BEFORE INSERT ON ballot_period BEGIN
SELECT RAISE(ABORT, 'period_after_outcome') WHERE {_ENDED_BEFORE};
SELECT RAISE(ABORT, 'period_of_window') WHERE NOT EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id
    AND closes_at IS NULL AND opened_at <= NEW.starts_at);
SELECT RAISE(ABORT, 'period_without_notice') WHERE {_UNSERVED} AND EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id AND way = 'silence');
SELECT RAISE(ABORT, 'period_without_entry') WHERE NOT EXISTS ({_ENTRY});
END""",
    f"""CREATE TRIGGER ballot_service_is_admissible BEFORE INSERT ON ballot_service BEGIN
SELECT RAISE(ABORT, 'service_after_outcome') WHERE {_ENDED};
SELECT RAISE(ABORT, 'service_without_seat') WHERE NOT {_SEATED};
SELECT RAISE(ABORT, 'service_after_start') WHERE {_TIMED_BEFORE};
SELECT RAISE(ABORT, 'service_before_opening') WHERE NOT EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id AND opened_at <= NEW.delivered_at);
SELECT RAISE(ABORT, 'service_without_entry') WHERE NOT EXISTS ({_ENTRY});
END""",
    f"""CREATE TRIGGER ballot_roll_is_admissible BEFORE INSERT ON ballot_roll BEGIN
SELECT RAISE(ABORT, 'roll_after_outcome') WHERE {_ENDED_BEFORE};
SELECT RAISE(ABORT, 'roll_after_conclusion') WHERE {_TIMED_BEFORE};
SELECT RAISE(ABORT, 'roll_outside_the_room') WHERE NOT EXISTS (
    SELECT 1 FROM ballot WHERE id = NEW.ballot_id AND way IN ('consensus', 'roll_call'));
SELECT RAISE(ABORT, 'roll_without_entry') WHERE NOT EXISTS ({_TAKEN});
END""",
    f"""CREATE TRIGGER submission_is_bound BEFORE INSERT ON submission BEGIN
SELECT RAISE(ABORT, 'content_is_bound') WHERE EXISTS (
    {_BOUND});
END""",
)

_RAISE = """IF why IS NOT NULL THEN
    RAISE EXCEPTION '%', why USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$"""

POSTGRESQL: Final = (
    f"""CREATE FUNCTION ballot_continues() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM ballot b WHERE b.case_id = NEW.case_id AND b.id <> NEW.id
        AND NOT EXISTS (SELECT 1 FROM ballot_outcome o WHERE o.ballot_id = b.id)) THEN
    RAISE EXCEPTION 'ballot_is_open' USING ERRCODE = 'integrity_constraint_violation';
ELSIF NEW.round <> (SELECT count(*) FROM ballot b WHERE b.case_id = NEW.case_id) THEN
    RAISE EXCEPTION 'ballot_round' USING ERRCODE = 'integrity_constraint_violation';
ELSIF NOT EXISTS ({_OPENS} AND e.detail ->> 'ballot' = NEW.round::text
        AND e.detail ->> 'content' = NEW.content_digest AND e.detail ->> 'seats' IS NOT NULL) THEN
    RAISE EXCEPTION 'ballot_without_entry' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
    """CREATE TRIGGER ballot_continues AFTER INSERT ON ballot
FOR EACH ROW EXECUTE FUNCTION ballot_continues()""",
    f"""CREATE FUNCTION vote_is_admissible() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held ballot%ROWTYPE; told ballot_period%ROWTYPE; said audit_entry%ROWTYPE; why text;
BEGIN
SELECT * INTO held FROM ballot WHERE id = NEW.ballot_id FOR SHARE;
SELECT * INTO told FROM ballot_period WHERE ballot_id = NEW.ballot_id;
SELECT * INTO said FROM audit_entry e
    WHERE e.case_id = held.case_id AND e.seq = NEW.seq AND e.at = NEW.at
    AND e.actor_id = NEW.actor_id
    AND e.act = CASE WHEN NEW.position = 'taken_back' THEN 'ballot.vote_taken_back'
        WHEN NEW.on_behalf THEN 'ballot.vote_recorded' ELSE 'ballot.vote_cast' END;
IF {_ENDED} THEN
    why := 'vote_after_outcome';
ELSIF NOT {_SEATED} THEN
    why := 'vote_without_seat';
ELSIF NEW.at < held.opened_at OR NEW.at >= coalesce(held.closes_at, told.closes_at, 'infinity') THEN
    why := 'vote_after_closing';
ELSIF said.seq IS NULL THEN
    why := 'vote_without_entry';
ELSIF NEW.position <> 'taken_back' AND (held.secrecy = 'open') <> (NEW.slip IS NULL) THEN
    why := 'vote_without_slip';
ELSIF NEW.slip IS NOT NULL AND (said.detail ->> 'slip' IS DISTINCT FROM NEW.slip
        OR said.detail -> 'position' IS NOT NULL) THEN
    why := 'vote_is_told';
END IF;
{_RAISE}""",
    """CREATE TRIGGER vote_is_admissible AFTER INSERT ON vote
FOR EACH ROW EXECUTE FUNCTION vote_is_admissible()""",
    f"""CREATE FUNCTION ballot_outcome_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
PERFORM 1 FROM ballot WHERE id = NEW.ballot_id FOR UPDATE;
IF NOT EXISTS ({_ENDS} AND e.detail ->> 'ballot' = b.round::text
        AND e.detail ->> 'outcome' = NEW.outcome) THEN
    RAISE EXCEPTION 'outcome_without_entry' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
    """CREATE TRIGGER ballot_outcome_waits AFTER INSERT ON ballot_outcome
FOR EACH ROW EXECUTE FUNCTION ballot_outcome_waits()""",
    """CREATE FUNCTION ballot_seat_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS (SELECT 1 FROM ballot b WHERE b.id IN (SELECT ballot_id FROM fresh)
        AND b.seats < (SELECT count(*) FROM ballot_seat s WHERE s.ballot_id = b.id)) THEN
    RAISE EXCEPTION 'electorate_is_frozen' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
    """CREATE TRIGGER ballot_seat_is_frozen AFTER INSERT ON ballot_seat
REFERENCING NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION ballot_seat_is_frozen()""",
    f"""CREATE FUNCTION ballot_period_begins() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held ballot%ROWTYPE; why text;
BEGIN
SELECT * INTO held FROM ballot WHERE id = NEW.ballot_id FOR UPDATE;
IF {_ENDED_BEFORE} THEN
    why := 'period_after_outcome';
ELSIF held.closes_at IS NOT NULL OR NEW.starts_at < held.opened_at THEN
    why := 'period_of_window';
ELSIF held.way = 'silence' AND {_UNSERVED} THEN
    why := 'period_without_notice';
ELSIF NOT EXISTS ({_ENTRY}) THEN
    why := 'period_without_entry';
END IF;
{_RAISE}""",
    """CREATE TRIGGER ballot_period_begins AFTER INSERT ON ballot_period
FOR EACH ROW EXECUTE FUNCTION ballot_period_begins()""",
    f"""CREATE FUNCTION ballot_service_is_admissible() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held ballot%ROWTYPE; why text;
BEGIN
SELECT * INTO held FROM ballot WHERE id = NEW.ballot_id FOR SHARE;
IF {_ENDED} THEN
    why := 'service_after_outcome';
ELSIF NOT {_SEATED} THEN
    why := 'service_without_seat';
ELSIF {_TIMED_BEFORE} THEN
    why := 'service_after_start';
ELSIF NEW.delivered_at < held.opened_at THEN
    why := 'service_before_opening';
ELSIF NOT EXISTS ({_ENTRY}) THEN
    why := 'service_without_entry';
END IF;
{_RAISE}""",
    """CREATE TRIGGER ballot_service_is_admissible AFTER INSERT ON ballot_service
FOR EACH ROW EXECUTE FUNCTION ballot_service_is_admissible()""",
    f"""CREATE FUNCTION ballot_roll_is_admissible() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held ballot%ROWTYPE; why text;
BEGIN
SELECT * INTO held FROM ballot WHERE id = NEW.ballot_id FOR SHARE;
IF {_ENDED_BEFORE} THEN
    why := 'roll_after_outcome';
ELSIF {_TIMED_BEFORE} THEN
    why := 'roll_after_conclusion';
ELSIF held.way NOT IN ('consensus', 'roll_call') THEN
    why := 'roll_outside_the_room';
ELSIF NOT EXISTS ({_TAKEN}) THEN
    why := 'roll_without_entry';
END IF;
{_RAISE}""",
    """CREATE TRIGGER ballot_roll_is_admissible AFTER INSERT ON ballot_roll
FOR EACH ROW EXECUTE FUNCTION ballot_roll_is_admissible()""",
    f"""CREATE FUNCTION submission_is_bound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS ({_BOUND}) THEN
    RAISE EXCEPTION 'content_is_bound' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
END $$""",
    """CREATE TRIGGER submission_is_bound AFTER INSERT ON submission
FOR EACH ROW EXECUTE FUNCTION submission_is_bound()""",
)
