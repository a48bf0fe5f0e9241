"""Who may see and do what: every address against every kind of visitor, and what a stranger may try."""

from __future__ import annotations

from dataclasses import replace

import pytest
from desk_faxes import arrive, blind, broken, knee, one
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from desk.urls import pages
from orders.order import Value
from store import ledger

pytestmark = pytest.mark.django_db

SEES, LOGS_IN, MAY_NOT, TOLD = "sees it", "is sent to the log-in", "may not", "is told that there is nothing to do"
TYPED_WRONG, NOTHING = "is told what to type", "not here"


def what_happened(response) -> str:
    if response.status_code == 302 and response["Location"].startswith("/login/"):
        return LOGS_IN
    if response.status_code == 403:
        return MAY_NOT
    if response.status_code in (404, 409, 422):
        return {404: NOTHING, 409: TOLD, 422: TYPED_WRONG}[response.status_code]
    assert response.status_code in (200, 302, 304), response.status_code
    return SEES


@pytest.fixture
def visitor(request, mara) -> Client:
    client = Client()
    if request.param == "clerk":
        client.force_login(mara)
    elif request.param == "outsider":
        client.force_login(User.objects.create_user("guest", password="a guest's pass-word"))
    elif request.param == "administrator":
        client.force_login(User.objects.create_superuser("root", password="the root's pass-word"))
    return client


# name, method, who: what. An address missing here fails the test below.
EVERYONE = {"anonymous": LOGS_IN, "outsider": MAY_NOT, "clerk": SEES, "administrator": SEES}
ADMINISTRATORS = {**EVERYONE, "clerk": MAY_NOT}
SEERS = ADMINISTRATORS
TABLE = {
    ("account", "get"): EVERYONE,
    ("password", "post"): {**EVERYONE, "clerk": TYPED_WRONG, "administrator": TYPED_WRONG},
    ("second_factor", "get"): EVERYONE,
    ("factor_new", "get"): EVERYONE,
    ("factor_code", "get"): {**EVERYONE, "clerk": NOTHING, "administrator": NOTHING},
    ("factor_codes", "post"): EVERYONE,
    ("people", "get"): ADMINISTRATORS,
    ("person_new", "post"): {**ADMINISTRATORS, "administrator": TYPED_WRONG},
    ("person", "get"): ADMINISTRATORS,
    ("person_password", "post"): ADMINISTRATORS,
    ("person_factor", "post"): ADMINISTRATORS,
    ("roles", "get"): ADMINISTRATORS,
    ("sites", "post"): {**ADMINISTRATORS, "administrator": TYPED_WRONG},
    ("rules", "get"): ADMINISTRATORS,
    ("trail", "get"): ADMINISTRATORS,
    ("trail_narrow", "post"): ADMINISTRATORS,
    ("trail_check", "post"): ADMINISTRATORS,
    ("trail_csv", "post"): ADMINISTRATORS,
    ("home", "get"): EVERYONE,
    ("login", "get"): dict.fromkeys(EVERYONE, SEES),
    ("logout", "post"): {**dict.fromkeys(EVERYONE, LOGS_IN)},
    ("counts", "get"): EVERYONE,
    ("queue", "get"): EVERYONE,
    ("narrow", "post"): EVERYONE,
    ("keep_filter", "post"): EVERYONE,
    ("order", "get"): EVERYONE,
    ("field", "post"): EVERYONE,
    ("undo", "post"): {**EVERYONE, "clerk": TOLD, "administrator": TOLD},
    ("step", "post"): EVERYONE,
    ("leave", "post"): EVERYONE,
    ("hold", "post"): EVERYONE,
    ("handle", "post"): EVERYONE,
    ("split", "get"): EVERYONE,
    ("lay_out", "post"): EVERYONE,
    ("progress", "get"): EVERYONE,
    ("look_up", "post"): EVERYONE,
    ("letter", "get"): EVERYONE,
    ("letter_picture", "get"): EVERYONE,
    ("page", "get"): EVERYONE,
    ("words", "get"): EVERYONE,
    ("original", "get"): EVERYONE,
    ("failed", "get"): EVERYONE,
    ("document", "get"): EVERYONE,
    ("retry", "post"): EVERYONE,
    ("asking", "get"): EVERYONE,
    ("asking_call", "post"): EVERYONE,
    ("asking_reply", "post"): EVERYONE,
    ("asking_message", "post"): EVERYONE,
    ("status", "get"): EVERYONE,
    ("item_again", "post"): EVERYONE,
    ("health", "get"): dict.fromkeys(EVERYONE, SEES),
    ("ready", "get"): dict.fromkeys(EVERYONE, SEES),
    ("metrics", "get"): dict.fromkeys(EVERYONE, "not here"),
    ("figures", "get"): SEERS,
    ("api_access", "get"): ADMINISTRATORS,
    ("token_make", "post"): ADMINISTRATORS,
    ("token_revoke", "post"): ADMINISTRATORS,
    ("webhook_make", "post"): ADMINISTRATORS,
    ("webhook_switch", "post"): ADMINISTRATORS,
    ("dashboard", "get"): SEERS,
    ("dashboard_problems", "get"): SEERS,
    ("dashboard_referrers", "get"): SEERS,
    ("referrer", "get"): SEERS,
    ("referrer_sheet", "get"): SEERS,
    ("dashboard_people", "get"): SEERS,
    ("behind", "get"): EVERYONE,
    ("dashboard_csv", "get"): SEERS,
    ("compare", "get"): EVERYONE,
    ("tell", "post"): EVERYONE,
    ("blind", "get"): EVERYONE,
    ("blind_enter", "post"): EVERYONE,
    ("blind_settle", "post"): EVERYONE,
    ("blind_leave", "post"): EVERYONE,
}


def address(name: str) -> tuple[str, dict[str, str]]:
    """The address of a view over an order that is there, and what to post to it."""
    case_id = blind() if name.startswith("blind") else one()
    document_id = ledger.case(case_id).document_id
    arguments = {
        "queue": ["review"],
        "narrow": ["review"],
        "keep_filter": ["review"],
        "look_up": ["exam"],
        **{key: [document_id] for key in ("split", "lay_out", "progress")},
        "handle": [case_id],
        "page": [document_id, 1],
        "words": [document_id, 1],
        "original": [document_id],
        "token_revoke": [ledger.make_token("scheduling", ("orders:read",), 1, "root")[0].id],
        "webhook_switch": [ledger.make_webhook("https://ris.example/in", ("order.moved",), "root")[0]],
        "referrer": ["1245319599"],
        "referrer_sheet": ["1245319599"],
        "dashboard_csv": ["problems"],
        "item_again": [1],
        **{key: [User.objects.get(username="mara").pk] for key in ("person", "person_password", "person_factor")},
        **{key: [case_id] for key in ("order", "field", "undo", "step", "leave", "hold", "letter", "letter_picture")},
    }
    if name in ("compare", "tell"):
        arguments[name] = [one(name="again.tif"), case_id]
    if name.startswith("blind"):
        arguments[name] = [case_id]
    if name in ("document", "retry"):
        arguments[name] = [broken()]
    data = {
        "version": "1",
        "path": "patient.given",
        "typed": "Lucia",
        "to": "not_an_order",
        "outcome": "waits",
        "act": "call",
        "note": "x",
    }
    return reverse(f"desk:{name}", args=arguments.get(name, [])), data


@pytest.mark.parametrize(
    ("visitor", "name", "method", "outcome"),
    [(who, *key, outcome) for key, row in TABLE.items() for who, outcome in row.items()],
    indirect=["visitor"],
)
def test_each_view_for_each_visitor(visitor, name, method, outcome):
    where, data = address(name)
    assert what_happened(visitor.get(where) if method == "get" else visitor.post(where, data)) == outcome


def test_the_table_names_every_view():
    assert {route.name for route in pages} == {name for name, _ in TABLE}


@pytest.mark.parametrize("name", sorted({name for name, method in TABLE if method == "post"} - {"logout"}))
@pytest.mark.parametrize("visitor", ["administrator"], indirect=True)
def test_what_changes_something_is_not_done_by_following_a_link(visitor, name):
    assert visitor.get(address(name)[0]).status_code == 405


@pytest.mark.parametrize("name", sorted(name for name, method in TABLE if method == "post"))
def test_a_form_of_another_site_is_refused(mara, name):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(mara)
    where, data = address(name)
    assert browser.post(where, data).status_code == 403


@pytest.mark.parametrize(
    ("visitor", "outcome"),
    [("anonymous", "/admin/login/"), ("outsider", MAY_NOT), ("clerk", MAY_NOT), ("administrator", SEES)],
    indirect=["visitor"],
)
@pytest.mark.parametrize("table", ["store/case/", "store/document/", "store/event/", "store/outboxitem/", "auth/user/"])
def test_the_administration_is_for_administrators(visitor, outcome, table):
    case_id = one()
    response = visitor.get(f"/admin/{table}")
    if outcome.startswith("/"):
        assert response.status_code == 302 and "/login/" in response["Location"]
    else:
        assert what_happened(response) == outcome
    assert "Paredes" not in response.content.decode(), "who it is about is seen where it is audited"
    if outcome == SEES and table == "store/case/":
        seen = visitor.get(f"/admin/store/case/{case_id}/change/").content.decode()
        assert case_id in seen and "Paredes" not in seen and 'name="_save"' not in seen


def test_a_background_request_of_somebody_signed_out_is_told_so_and_keeps_the_page():
    case_id = one()
    response = Client().post(reverse("desk:field", args=[case_id]), headers={"HX-Request": "true"})
    assert response.status_code == 401
    assert b"signed out" in response.content and b"<" not in response.content


def test_signing_in_and_out(mara):
    browser = Client()
    wrong = browser.post("/login/", {"username": "mara", "password": "wrong"})
    assert wrong.status_code == 200 and "correct" in wrong.content.decode()
    right = browser.post(
        "/login/?next=/status/", {"username": "mara", "password": "a long pass-word", "next": "/status/"}
    )
    assert right["Location"] == "/status/"
    out = browser.post("/logout/")
    assert out["Clear-Site-Data"] == '"cache"'
    assert browser.get("/status/").status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_the_log_in_leads_to_no_other_site(mara, elsewhere):
    response = Client().post("/login/", {"username": "mara", "password": "a long pass-word", "next": elsewhere})
    assert response["Location"] == "/"


def test_guessing_passwords_is_stopped_for_the_guesser_only(mara):
    guesser, neighbour = Client(REMOTE_ADDR="10.0.0.7"), Client(REMOTE_ADDR="10.0.0.8")
    for _ in range(5):
        last = guesser.post("/login/", {"username": "mara", "password": "wrong"})
    assert last.status_code == 429
    stopped = guesser.post("/login/", {"username": "mara", "password": "a long pass-word"})
    assert stopped.status_code == 429 and "Too many" in stopped.content.decode()
    assert neighbour.post("/login/", {"username": "mara", "password": "a long pass-word"}).status_code == 302


def test_somebody_without_a_desk_cannot_sign_in(db):
    User.objects.create_user("guest", password="a guest's pass-word")
    assert Client().post("/login/", {"username": "guest", "password": "a guest's pass-word"}).status_code == 200


@pytest.mark.parametrize("where", ["/", "/queue/review/", "/status/", "/login/"])
def test_a_page_runs_nothing_from_elsewhere_and_is_not_kept(clerk, where):
    response = clerk.get(where, follow=True)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert "no-store" in response["Cache-Control"]
    page = response.content.decode()
    assert "<style" not in page and " style=" not in page and " onclick" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "").replace("http://testserver:4200", "")


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_hostile_words_in_a_fax_are_words(clerk):
    order, drawn = knee()
    order = order.put("patient.family", replace(order.patient.family, value=HOSTILE, reason=HOSTILE))
    order = order.put("exams.0.text", replace(order.exams[0].text, value=HOSTILE))
    order = order.put("indication.icd10.0", Value(HOSTILE, 0.5, (), "stated"))
    order = replace(order, route_reason=HOSTILE, problems=(replace(order.problems[0], message=HOSTILE),))
    case_id = arrive([order], drawn, name=f"{HOSTILE}.tif")[0]
    document_id = broken(f"{HOSTILE}.pdf")
    for where in ("/queue/review/", f"/orders/{case_id}/", "/failed/", f"/documents/{document_id}/"):
        page = clerk.get(where).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page and "<img src=x" not in page


def test_hostile_typing_is_words(clerk):
    where = reverse("desk:field", args=[one()])
    saved = clerk.post(where, {"path": "patient.given", "typed": HOSTILE, "version": "1"})
    assert saved.status_code == 200 and "<script>" not in saved.content.decode()
    refused = clerk.post(where, {"path": "patient.birth_date", "typed": HOSTILE, "version": "2"})
    assert refused.status_code == 422 and "<script>" not in refused.content.decode()
    found = clerk.post("/queue/review/narrow", {"text": HOSTILE}, follow=True)
    assert "<script>alert" not in found.content.decode()


@pytest.mark.parametrize(
    "name", ["scan\r\nSet-Cookie: a=b.tif", 'a"; filename="b.exe', "../../etc/passwd", "Ärzte.tif", ""]
)
def test_a_strange_file_name_stays_a_name(clerk, name):
    case_id = one(name=name)
    response = clerk.get(reverse("desk:original", args=[ledger.case(case_id).document_id]))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response and "\n" not in response["Content-Disposition"]


@pytest.mark.parametrize(
    "where",
    [
        "/documents/../secret/original",
        "/documents/..%2f..%2fsecret/original",
        "/documents/%2e%2e/original",
        f"/documents/{'0' * 64}/original",
        f"/documents/{'0' * 64}/pages/1.png",
        f"/documents/{'A' * 64}/original",
        "/orders/00000000/",
        "/orders/1/",
        "/orders/../../secret/",
        "/queue/nowhere/",
        "/static/../settings.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        f"/documents/{'0' * 64}/",
    ],
)
def test_what_is_not_there_is_not_found(clerk, where):
    assert clerk.get(where).status_code == 404


@pytest.mark.parametrize("number", ["0", "2", "999999999999", "-1", "x"])
def test_a_page_that_a_document_does_not_have_is_not_found(clerk, number):
    document_id = ledger.case(one()).document_id
    assert clerk.get(f"/documents/{document_id}/pages/{number}.png").status_code == 404


def test_nothing_but_named_addresses_answers():
    routes = [route for route in get_resolver().url_patterns if not isinstance(route, URLPattern)]
    assert {str(route.pattern) for route in routes} == {"", "api/v1/", "admin/"}
