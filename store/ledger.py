"""The ledger: the only door to the tables.

Every change writes its audit event in the same transaction; what the rules do
not allow raises `Refused`, which names why. Functions return frozen records,
never rows of the database.
"""

from __future__ import annotations

from store import ready  # first, and sorted first: the tables need Django ready
from store.blind import (
    BlindFigures,
    BlindOutcome,
    BlindView,
    Entered,
    blind_figures,
    blind_outcomes,
    blind_view,
    enter_blind,
    leave_blind,
    settle_blind,
)
from store.books import verify
from store.cases import CaseView, accept, case, claim, correct, transition, unclaim, undo, view
from store.figures import (
    AGES,
    Backlog,
    Cause,
    Checked,
    DayOrders,
    PersonWork,
    ReferrerRow,
    Scorecard,
    Selection,
    Span,
    StageTimes,
    backlog,
    behind,
    causes,
    checked_within,
    days,
    referrers,
    scorecard,
    stage_times,
    throughput,
)
from store.grades import GRADES, ReferrerGrades, grades_by_referrer
from store.handling import assign, colleagues, note_call, snooze
from store.intake import (
    Leased,
    Receipt,
    heartbeat,
    lease,
    receive,
    record_failure,
    record_reading,
    release,
    retry,
    sweep,
    waiting,
)
from store.layouts import laid_out, lay_out
from store.measures import Measures, measures
from store.measures import ready as readiness
from store.messages import (
    MessageView,
    Outbound,
    enqueue_message,
    enqueue_notice,
    interrupted,
    letter_sent,
    message_delivered,
    message_failed,
    message_named,
    message_sent,
    messages_in,
    messages_of,
    messages_wait,
    settle_message,
    take_message,
)
from store.outbox import Due, Outgoing, due, enqueue_outbox, mark_sent, take_outbox
from store.people import (
    RIGHTS,
    PersonRow,
    RoleRow,
    add_person,
    change_person,
    change_role,
    end_sessions,
    new_password,
    note,
    people,
    person,
    roles,
)
from store.preview import Preview, RuleEffect, preview_pack
from store.queues import (
    Counts,
    DocumentRow,
    HistoryRow,
    PageRow,
    TabCounts,
    counts,
    document,
    document_bytes,
    documents,
    history,
    page,
    page_image,
    page_rows,
    tab_counts,
)
from store.refusal import Refused
from store.replies import (
    ReplyView,
    amended,
    replies_of,
    replies_to_look_at,
    reply,
    settle_reply,
    take_reply,
)
from store.requests import (
    RequestFigures,
    RequestView,
    ToAsk,
    asked_again,
    expire,
    make_request,
    move_request,
    orders_asked,
    request,
    request_by_code,
    request_figures,
    requests_due,
    requests_in,
    requests_of,
    to_ask,
    waiting_for,
    withdraw_idle,
)
from store.retention import export_record, hold, purge, purgeable
from store.runs import (
    ProcessRow,
    Unreported,
    gone,
    processes,
    run_ended,
    run_left,
    run_missed,
    run_reported,
    run_started,
    seen,
    unreported,
)
from store.scope import in_sight, scope_key, sees
from store.setup import LedgerAway, reconnect
from store.shown import DocumentView, view_document
from store.sites import DEFAULT, SiteRow, make_site, sites, sites_of
from store.sources import (
    NEW,
    Known,
    SetAside,
    SourceHealth,
    end_turns,
    item_again,
    item_failed,
    known,
    mark_of,
    put_away,
    set_aside,
    source_answered,
    source_failed,
    sources,
    take,
    take_turn,
)
from store.tokens import (
    SCOPES,
    TokenRow,
    make_token,
    note_document_seen,
    note_listed,
    revoke_token,
    token_of,
    tokens,
)
from store.trail import ChainState, TrailFilters, TrailRow, check_chain, trail, trail_lines
from store.verdicts import RelationRow, Verdict, decide_again, followers, name_duplicate, relations, replaced_by
from store.waiting import (
    Filters,
    QueueRow,
    Saved,
    Told,
    count_mine,
    drop_filter,
    mine,
    queue,
    save_filter,
    saved_filters,
    told_apart,
)
from store.webhooks import (
    KINDS as WEBHOOK_EVENTS,
)
from store.webhooks import (
    DueCall,
    WebhookRow,
    call_again,
    call_ended,
    due_calls,
    make_webhook,
    switch_webhook,
    webhooks,
)
