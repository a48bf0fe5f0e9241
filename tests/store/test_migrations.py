"""A ledger of an older version is brought up to date with what it holds, and back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from ledger_made import order, stated

from orders.contract import order_json

BEFORE = [("store", "0002_append_only")]


@pytest.mark.django_db(transaction=True)
def test_cases_of_before_are_lifted_and_found_again() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps
    document = old.get_model("store", "Document").objects.create(
        sha256="a" * 64, name="a.tif", media_type="image/tiff", size=3, state="read", received_at="2026-11-01T10:00Z"
    )
    plain = order("review")
    reason = replace(plain.indication, text=stated("r/o cauda equina"))
    kinds = {
        "PLAIN000": (plain, 2, ""),
        "FLAGGED0": (replace(plain, indication=reason), 2, ""),
        "URGENT00": (plain, 1, "urgent"),
        "STAT0000": (plain, 0, "stat"),
    }
    for ordinal, (case_id, (each, urgency, priority)) in enumerate(kinds.items(), 1):
        old.get_model("store", "Case").objects.create(
            id=case_id, document=document, ordinal=ordinal, state="review", route="review", urgency=urgency,
            priority=priority, order=json.loads(json.dumps(order_json(each, losing=True))),
            received_at="2026-11-01T10:00Z",
        )  # fmt: skip
    executor = MigrationExecutor(connection)
    now = executor.loader.graph.leaf_nodes("store")
    executor.migrate(now)
    cases = executor.loader.project_state(now).apps.get_model("store", "Case")
    assert dict(cases.objects.values_list("id", "urgency")) == {
        "PLAIN000": 3, "FLAGGED0": 1, "URGENT00": 2, "STAT0000": 0,
    }  # fmt: skip
    late = {case.id: (case.due_at - case.received_at).total_seconds() / 60 for case in cases.objects.all()}
    assert late == {"PLAIN000": 1440, "FLAGGED0": 120, "URGENT00": 120, "STAT0000": 30}
    (flag,) = cases.objects.get(id="FLAGGED0").red_flags
    assert flag["words"] == "cauda equina"
    assert all(case.again_keys.count() > 3 for case in cases.objects.all())
    assert {(case.site.slug, case.document.site.slug) for case in cases.objects.all()} == {("default", "default")}

    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    cases = executor.loader.project_state(BEFORE).apps.get_model("store", "Case")
    assert dict(cases.objects.values_list("id", "urgency")) == {
        "PLAIN000": 2, "FLAGGED0": 2, "URGENT00": 1, "STAT0000": 0,
    }  # fmt: skip
    MigrationExecutor(connection).migrate(now)
