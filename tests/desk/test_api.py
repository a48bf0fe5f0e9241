"""The API: who may do what, what comes back, what stands in the audit trail, and that nothing breaks it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from desk_faxes import blind, broken, clear, one
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from desk.api import api
from store import ledger
from store.models import ApiToken, Event

pytestmark = pytest.mark.django_db
ALL = tuple(ledger.SCOPES)


def caller(*scopes: str, name: str = "ris", days: int = 30) -> Client:
    _, secret = ledger.make_token(name, scopes or ALL, days, "root")
    return Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=True)


@pytest.fixture
def ris() -> Client:
    return caller()


def send(client: Client, method: str, where: str, **body: object):
    return getattr(client, method)(f"/api/v1/{where}", json.dumps(body), content_type="application/json")


def requests(case_id: str, document_id: str) -> dict[str, tuple[str, str, dict[str, object]]]:
    """Each operation: the scope it needs, its method and address, its body."""
    return {
        "orders": ("orders:read", "get", {}, "orders?state=review"),
        "search": ("orders:read", "post", {"text": "Paredes"}, "orders/search"),
        "order": ("orders:read", "get", {}, f"orders/{case_id}"),
        "history": ("orders:read", "get", {}, f"orders/{case_id}/history"),
        "correct": ("orders:write", "patch", {"version": 1, "values": {"patient.given": "Ana"}}, f"orders/{case_id}"),
        "step": ("orders:write", "post", {"version": 1, "to": "not_an_order"}, f"orders/{case_id}/steps"),
        "document": ("documents:read", "get", {}, f"documents/{document_id}"),
        "original": ("documents:read", "get", {}, f"documents/{document_id}/original"),
        "page": ("documents:read", "get", {}, f"documents/{document_id}/pages/1.png"),
        "status": ("status:read", "get", {}, "status"),
    }


OPERATIONS = sorted(requests("", ""))


def perform(client: Client, name: str, fax: str = "fax.tif"):
    case_id = one(name=fax)
    _, method, body, where = requests(case_id, ledger.case(case_id).document_id)[name]
    return client.get(f"/api/v1/{where}") if method == "get" else send(client, method, where, **body)


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_needs_its_scope_and_no_other(name):
    scope = requests("", "")[name][0]
    assert perform(caller(*(each for each in ALL if each != scope)), name).status_code == 403
    assert perform(caller(scope, name="other"), name, "b.tif").status_code == 200


@pytest.mark.parametrize("name", [each for each in OPERATIONS if each != "status"])
def test_what_a_token_reads_or_changes_stands_in_the_audit_trail(ris, name):
    assert perform(ris, name).status_code == 200
    assert Event.objects.filter(actor="api:ris").count() == 1


@pytest.mark.parametrize("kind", ["none", "wrong", "revoked", "ended", "of a person"])
def test_without_a_live_token_nothing_is_told(clerk, kind):
    client, row = caller(), ApiToken.objects.get()
    if kind == "none":
        client = Client()
    if kind == "wrong":
        client = Client(headers={"Authorization": "Bearer clr_" + "x" * 43})
    if kind == "revoked":
        ledger.revoke_token(row.id, "root")
    if kind == "ended":
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    if kind == "of a person":
        client = clerk
    for name in OPERATIONS:
        assert perform(client, name, f"{name}.tif").status_code == 401


def test_the_secret_is_kept_nowhere():
    _, secret = ledger.make_token("ris", ALL, 1, "root")
    kept = json.dumps([list(ApiToken.objects.values()), list(Event.objects.values())], default=str)
    assert secret not in kept and secret.removeprefix("clr_") not in kept


def test_an_order_is_read_corrected_and_moved_on(ris):
    case_id = one()
    read = ris.get(f"/api/v1/orders/{case_id}").json()
    assert read["order"]["patient"]["family"]["value"] == "Paredes" and read["version"] == 1
    values = {"patient.given": "Ana", "exams.0.laterality": "left"}
    changed = send(ris, "patch", f"orders/{case_id}", version=1, values=values).json()
    assert changed["version"] == 3
    assert "laterality" not in {each["code"] for each in changed["order"]["problems"]}
    stale = send(ris, "post", f"orders/{case_id}/steps", version=1, to="ready")
    assert stale.status_code == 409 and stale.json()["code"] == "stale"
    refused = send(ris, "post", f"orders/{case_id}/steps", version=3, to="ready")
    assert refused.status_code == 409 and refused.json()["code"] == "problems_remain"
    moved = send(ris, "post", f"orders/{case_id}/steps", version=3, to="ready", reason="signed by telephone")
    assert moved.json()["state"] == "ready"


def test_of_several_values_all_are_taken_or_none(ris):
    case_id = one()
    values = {"patient.given": "Ana", "patient.shoe": "42"}
    assert send(ris, "patch", f"orders/{case_id}", version=1, values=values).status_code == 422
    assert ledger.case(case_id).order.patient.given.value == "Lucia"


def test_a_list_names_no_patient_and_its_pages_follow_each_other(ris):
    ids = {one(name="a.tif"), one(clear, name="b.tif", route="review")}
    first = ris.get("/api/v1/orders?state=review&limit=1")
    second = ris.get(f"/api/v1/orders?state=review&limit=1&after={first.json()['next']}")
    assert {first.json()["orders"][0]["id"], second.json()["orders"][0]["id"]} == ids
    assert second.json()["next"] is None
    assert b"Paredes" not in first.content + second.content


def test_before_its_blind_check_an_order_is_not_told(ris):
    assert ris.get(f"/api/v1/orders/{blind()}").json()["code"] == "unchecked"


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [("a.tif", b"fax", 201), ("../../etc/passwd", b"x", 201), ("a.tif", b"", 422), ("a.tif", b"x" * 2001, 413)],
)
def test_documents_are_handed_in(ris, monkeypatch, name, data, status):
    from config import settings as site

    monkeypatch.setattr(site(), "max_bytes", 2000)
    response = ris.post("/api/v1/documents", {"file": _file(name, data)})
    assert response.status_code == status
    if status == 201:
        document_id = response.json()["id"]
        assert ledger.document(document_id).name == name.rsplit("/", 1)[-1]
        assert ris.get(f"/api/v1/documents/{document_id}/original").content == data
        again = ris.post("/api/v1/documents", {"file": _file(name, data)})
        assert (again.status_code, again.json()) == (200, {"id": document_id, "known": True})


def _file(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_a_token_of_one_site_sees_and_hands_in_there_alone():
    ledger.make_site("north", "North", "root")
    _, secret = ledger.make_token("north", ALL, 30, "root", "north")
    north = Client(headers={"Authorization": f"Bearer {secret}"})
    elsewhere = one()
    assert north.get(f"/api/v1/orders/{elsewhere}").status_code == 404
    assert north.get("/api/v1/orders?state=review").json()["orders"] == []
    assert send(north, "patch", f"orders/{elsewhere}", version=1, values={"patient.given": "Ana"}).status_code == 404
    document_id = north.post("/api/v1/documents", {"file": _file("n.tif", b"of the north")}).json()["id"]
    assert north.get(f"/api/v1/documents/{document_id}").status_code == 200


def test_a_document_that_failed_says_why(ris):
    said = ris.get(f"/api/v1/documents/{broken()}").json()
    assert said["state"] == "failed" and said["failure"]["code"] == "damaged" and said["failure"]["message"]


@pytest.mark.parametrize(
    "where",
    ["orders/ZZZZZZZZ", "orders/ZZZZZZZZ/history", "documents/" + "0" * 64, "documents/" + "0" * 64 + "/original",
     "documents/" + "0" * 64 + "/pages/1.png"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(ris, where):
    response = ris.get(f"/api/v1/{where}")
    assert response.status_code == 404 and response.json()["message"]
    assert not Event.objects.filter(actor="api:ris").exists()


def test_too_many_requests_wait():
    cache.clear()
    client = caller("status:read")
    answers = [client.get("/api/v1/status").status_code for _ in range(605)]
    assert answers.count(200) == 600 and answers[-1] == 429


def test_the_description_is_there_and_no_address_takes_a_patient():
    schema = Client().get("/api/v1/openapi.json").json()
    assert set(schema["paths"]) >= {"/api/v1/orders/{order_id}", "/api/v1/documents", "/api/v1/status"}
    asked = {
        each["name"]
        for operations in schema["paths"].values()
        for operation in operations.values()
        for each in operation.get("parameters", ())
    }
    assert asked == {"order_id", "document_id", "number", "state", "after", "limit"}
    assert all(operation["security"] for path in schema["paths"].values() for operation in path.values())
    assert api.docs_url is None


JUNK = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=some.fixed_dictionaries({"version": some.just(1) | JUNK}, optional={"values": JUNK, "to": JUNK, "text": JUNK}),
    path=some.sampled_from(["patient", "exams", "exams.0", "exams.9.modality", "patient.birth_date", "x" * 99, ""]),
    value=JUNK,
)
def test_no_body_breaks_it(ris, body, path, value):
    case_id = ledger.queue("review", limit=1) or [None]
    case_id = case_id[0].id if case_id[0] else one()
    for method, where in (
        ("patch", f"orders/{case_id}"),
        ("post", f"orders/{case_id}/steps"),
        ("post", "orders/search"),
    ):
        assert send(ris, method, where, **body).status_code in (200, 409, 422, 429)
    assert send(ris, "patch", f"orders/{case_id}", version=1, values={path: value}).status_code in (200, 409, 422, 429)
