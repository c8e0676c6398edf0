"""The honest variants of JobHive."""

from __future__ import annotations

from tests.targets.catalogue import Variants
from tests.targets.jobhive import YES
from tests.targets.target import Change
from tests.targets.variants import common

STATUS = "No HTTP status is stated"
TABLE = "What a cell that says no means: refused, or ignored; and what limited means"
NOTIFIED = "notification_sent for changes that are not significant, or are none"
SPELLING = "How the statuses after scheduled are spelled"
TIMES = "Fractions, offsets, and dates alone in ISO 8601"
INPUT = "Null, nothing, unknown and odd input"
ERRORS = "The errors beside INTERVIEW_NOT_FOUND, and whether errors have meta"
IDS = "How ids are made: the page gives an example"
EVENTS = "When, how often and in which order events arrive"

VARIANTS = Variants("jobhive")


def _statuses() -> None:
    for status in (201, 202):
        VARIANTS.add(f"success_{status}", f"Answers an update with {status}", STATUS, success=status)
    common.add_statuses(VARIANTS, "not found", (400, 403, 410, 422), STATUS)
    common.add_statuses(VARIANTS, "not permitted", (400, 403, 422, 423), TABLE)
    common.add_statuses(VARIANTS, "invalid", (400, 404, 409), ERRORS)
    common.add_statuses(VARIANTS, "malformed", (415, 422), ERRORS)
    common.add_statuses(VARIANTS, "unauthenticated", (403, 400), ERRORS)
    common.add_forms(VARIANTS, ("unauthenticated", "malformed", "invalid", "not permitted"), ERRORS)
    challenge = {"www-authenticate": 'Bearer realm="jobhive"'}
    VARIANTS.add("with_challenge", "Sends WWW-Authenticate", ERRORS, extra_headers=challenge)
    VARIANTS.add("errors_with_meta", "Errors have meta", ERRORS, meta_in_errors=True)
    VARIANTS.add("errors_with_details", "Errors have details", ERRORS, errors_with_details=True)


def _table() -> None:
    add = VARIANTS.add
    add("forbidden_ignored", "Leaves forbidden fields as they are, and answers 200", TABLE, forbidden="ignored")
    add("same_value_accepted", "Takes a forbidden field with the value that it has", TABLE, same_value="none")
    add("limited_is_no", "Refuses instructions in progress", TABLE, permitted=YES)
    add("limited_is_ignored", "Ignores instructions in progress", TABLE, permitted=YES, forbidden="ignored")
    add(
        "limited_is_added",
        "Adds to the instructions in progress",
        TABLE,
        Change(
            fields=lambda step, sent: (
                {**sent, "instructions": step.before["instructions"] + "\n" + sent["instructions"]}
                if step.before["status"] == "in_progress" and "instructions" in sent
                else sent
            )
        ),
    )


def _notifications() -> None:
    add = VARIANTS.add
    add("notifies_of_changes", "Tells nobody where nothing changes", NOTIFIED, notifies="changed")
    add("notifies_of_significant", "Tells of times and skills only", NOTIFIED, notifies="significant")
    both = "significant and changed"
    add("notifies_of_significant_changes", "Tells of new times and skills only", NOTIFIED, notifies=both)
    add("events_late", "Sends events 0.3 s after the answer", EVENTS, event_delay=0.3)
    add("events_twice", "Sends every event twice", EVENTS, Change(events=lambda _step, names: [*names, *names]))
    add("events_reversed", "Sends the last event first", EVENTS, Change(events=lambda _step, names: names[::-1]))


def _values() -> None:
    add = VARIANTS.add
    for name, in_progress, completed in (
        ("upper_case", "IN_PROGRESS", "COMPLETED"),
        ("titles", "In Progress", "Completed"),
        ("hyphens", "in-progress", "completed"),
        ("camel_case", "inProgress", "completed"),
        ("spaces", "in progress", "completed"),
    ):
        spelling = {"in_progress": in_progress, "completed": completed}
        add(f"statuses_{name}", f"Spells {in_progress} and {completed}", SPELLING, spelling=spelling)
    add("ids_uuid", "Has ids without a prefix", IDS, ids="uuid")
    add("request_ids_random", "Has random request ids", IDS, request_ids="random")
    add("milliseconds", "Answers times with milliseconds", TIMES, notation="milliseconds")
    add("updates_in_milliseconds", "Answers updated_at with milliseconds", TIMES, notation_of_updates="milliseconds")
    add("offsets_answered", "Answers times with +00:00", TIMES, notation="offset")
    add("times_as_sent", "Answers scheduled_at as it was sent", TIMES, times_as_sent=True)
    add("clock_stands", "Lives in one moment", "How far apart two updates are", clock="frozen")
    past = "Whether a time in the past can be scheduled"
    add("past_refused", "Refuses times in the past", past, clock="frozen", past="refused")
    add(
        "other_data", "Holds other interviews, whose ids the states name", "Which interviews there are", other_data=True
    )


def _contrary() -> None:
    VARIANTS.add(
        "contrary",
        "Chooses otherwise wherever it can",
        "Everything that the page leaves open, at once",
        success=202,
        statuses={"unauthenticated": 403, "not found": 400, "not permitted": 403, "invalid": 400, "malformed": 422},
        error_forms={"unauthenticated": "nothing", "malformed": "text"},
        permitted=YES,
        notifies="significant and changed",
        spelling={"in_progress": "IN_PROGRESS", "completed": "COMPLETED"},
        ids="uuid",
        request_ids="random",
        meta_in_errors=True,
        errors_with_details=True,
        notation="milliseconds",
        extra_fields=True,
        unknown_fields="refused",
        nothing_sent="refused",
        blank_text="refused",
        offsets="refused",
        trailing_slash="documented",
        media_types="json",
        charset=False,
    )


def _input() -> None:
    add = VARIANTS.add
    common.add_strictness(VARIANTS, INPUT)
    common.add_numbers(VARIANTS, INPUT)
    default = "The default of send_notification is written as a text"
    add("switches_as_text_read", "Reads true and false from texts", default, switches_as_text="read")
    common.add_times(VARIANTS, TIMES)
    add("null_ignored", "Takes null for not sent", INPUT, explicit_null="ignored")
    add("nothing_refused", "Refuses an update of nothing", INPUT, nothing_sent="refused")
    add("plain_emails_only", "Refuses rare forms of email addresses", INPUT, emails="plain")
    add("looked_up_last", "Notices an unknown id after invalid fields", ERRORS, looked_up="last")


_statuses()
_table()
_notifications()
_values()
_contrary()
_input()
common.add_outside(VARIANTS)
VARIANTS.add("without_charset", "Answers application/json alone", common.OUTSIDE, charset=False)
