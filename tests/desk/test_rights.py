"""Each view against each role: allowed, or refused with a reason; what a site changes about roles; who is let in."""

from __future__ import annotations

import pytest
from conftest import desk_person
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from desk.urls import pages
from store import ledger
from store.models import Event, Membership

pytestmark = pytest.mark.django_db

CLERK, LEAD, SCIENTIST, AUDITOR, ADMINISTRATOR = "clerk", "lead", "data scientist", "auditor", "administrator"
ALL = frozenset({CLERK, LEAD, SCIENTIST, AUDITOR, ADMINISTRATOR})
READERS, MANAGERS = frozenset({AUDITOR, ADMINISTRATOR}), frozenset({ADMINISTRATOR})
SEERS = ALL - {CLERK}
WORKERS = {CLERK, LEAD, ADMINISTRATOR}
# Who may open a view, where it is not who works on orders: a view that is not here shows orders.
OPEN_TO = {
    **dict.fromkeys(("home", "account", "password", "second_factor", "factor_new", "factor_code", "factor_codes"), ALL),
    **dict.fromkeys(("dashboard", "dashboard_problems", "dashboard_referrers", "referrer", "referrer_sheet"), SEERS),
    **dict.fromkeys(("dashboard_people", "dashboard_csv", "figures"), SEERS),
    **dict.fromkeys(("status", "item_again"), ALL),
    **dict.fromkeys(("trail", "trail_narrow", "trail_check", "trail_csv"), READERS),
    **dict.fromkeys(("people", "person_new", "person", "person_password", "person_factor"), MANAGERS),
    **dict.fromkeys(("roles", "sites"), MANAGERS),
    **dict.fromkeys(("api_access", "token_make", "token_revoke", "webhook_make", "webhook_switch"), MANAGERS),
    "rules": frozenset({LEAD, ADMINISTRATOR}),
}
NOBODY = {"login", "logout", "health", "ready", "metrics"}
NAMED = {
    "case_id": "00000000", "earlier_id": "00000001", "document_id": "0" * 64, "number": 1, "state": "review",
    "key": "1234567893", "table": "overview", "person_id": 0, "item_id": 0,
}  # fmt: skip


@pytest.mark.parametrize("role", sorted(ALL))
def test_each_view_for_each_role(role):
    browser = Client()
    browser.force_login(desk_person("eva", "a long pass-word", role))
    for route in pages:
        if route.name in NOBODY or getattr(route.callback, "login_required", True) is False:
            continue
        where = reverse(f"desk:{route.name}", kwargs={name: NAMED.get(name, "0") for name in route.pattern.converters})
        response = browser.get(where)
        if role in OPEN_TO.get(route.name, WORKERS):
            assert response.status_code != 403, route.name
        else:
            said = response.content.decode()
            assert response.status_code == 403, route.name
            assert f"Your role ({role}) does not let you" in said and "Ask an administrator" in said


def test_a_role_gives_what_the_site_says():
    eva, browser = desk_person("eva", "a long pass-word", CLERK), Client()
    browser.force_login(eva)
    assert browser.get("/trail/").status_code == 403
    ledger.change_role(CLERK, ("work_orders", "read_trail"), "root")
    assert browser.get("/trail/").status_code == 302, "the sessions of who has the role ended"
    browser.force_login(User.objects.get(pk=eva.pk))
    assert browser.get("/trail/").status_code == 200 and browser.get("/dashboard/").status_code == 403


@pytest.mark.parametrize("role", sorted(ALL))
def test_a_role_sees_figures_where_the_site_says_so_and_finds_them(role):
    browser = Client()
    browser.force_login(desk_person("eva", "a long pass-word", role))
    rights = {each.name: each.rights for each in ledger.roles()}[role]
    for sees in (role != CLERK, role == CLERK):
        page = browser.get("/status/").content.decode()
        assert [f'href="{where}"' in page for where in ("/figures/", "/dashboard/")] == [sees, sees]
        assert {browser.get(where).status_code for where in ("/figures/", "/dashboard/")} == {200 if sees else 403}
        changed = {*rights, "see_figures"} if role == CLERK else {*rights} - {"see_figures"}
        ledger.change_role(role, tuple(changed), "root")
        browser.force_login(User.objects.get(username="eva"))


@pytest.fixture
def boss() -> Client:
    browser = Client()
    browser.force_login(desk_person("boss", "the boss's pass-word", ADMINISTRATOR))
    return browser


def test_a_person_is_added_signs_in_changes_role_and_is_turned_away(boss):
    page = boss.post("/people/new", {"name": "eva", "role": CLERK, "full_name": "Eva Kern"}).content.decode()
    password = page.split('<strong class="mono">')[1].split("<")[0]
    eva, browser = User.objects.get(username="eva"), Client()
    assert browser.post("/login/", {"username": "eva", "password": password}).status_code == 302
    assert browser.get("/queue/review/").status_code == 200
    boss.post(f"/people/{eva.pk}/", {"role": AUDITOR, "active": "on"})
    assert browser.get("/queue/review/").status_code == 302, "a change of role signs out"
    browser.post("/login/", {"username": "eva", "password": password})
    assert browser.get("/", follow=True).redirect_chain[-1][0] == "/trail/"
    boss.post(f"/people/{eva.pk}/", {"role": AUDITOR})
    assert browser.get("/trail/").status_code == 302
    assert browser.post("/login/", {"username": "eva", "password": password}).status_code == 200
    verbs = list(Event.objects.filter(actor="boss").values_list("verb", flat=True))
    assert verbs == ["person_added", "person_changed", "person_changed"]
    assert password not in str(list(Event.objects.values_list("detail", flat=True)))


def test_a_new_password_ends_the_sessions(boss, mara, clerk):
    assert clerk.get("/queue/review/").status_code == 200
    assert boss.post(f"/people/{mara.pk}/password").status_code == 200
    assert clerk.get("/queue/review/").status_code == 302


@pytest.mark.parametrize(
    ("name", "role", "sentence"),
    [("mara", CLERK, "is taken"), ("MARA", CLERK, "is taken"), ("", CLERK, "letters"),
     ("a b", CLERK, "letters"), ("<b>", CLERK, "letters"), ("eva", "root", "one of the roles")],
)  # fmt: skip
def test_a_person_who_cannot_be_added(boss, mara, name, role, sentence):
    response = boss.post("/people/new", {"name": name, "role": role})
    assert response.status_code == 422 and sentence in response.content.decode()
    assert User.objects.count() == 2


def test_nobody_raises_themselves_or_the_installation_s_administrator(boss):
    root = User.objects.create_superuser("root", password="the root's pass-word")
    me = User.objects.get(username="boss")
    for whom in (me, root):
        said = boss.post(f"/people/{whom.pk}/", {"role": CLERK, "is_superuser": "on", "is_staff": "on"}, follow=True)
        assert "cannot change your own" in said.content.decode() or "own administrator" in said.content.decode()
    assert boss.post(f"/people/{root.pk}/password", follow=True).status_code == 200
    root.refresh_from_db()
    assert root.check_password("the root's pass-word")
    eva = desk_person("eva", "a long pass-word", CLERK)
    sent = {
        "role": CLERK,
        "active": "on",
        "is_superuser": "on",
        "user_permissions": "1",
        "password": "x",
        "username": "z",
    }
    boss.post(f"/people/{eva.pk}/", sent)
    eva.refresh_from_db()
    assert (eva.username, eva.is_superuser, eva.user_permissions.count()) == ("eva", False, 0)
    assert eva.check_password("a long pass-word")


def test_somebody_can_manage_people_always(boss):
    boss.post("/people/roles/", {"right-administrator": "work_orders"})
    assert "manage_people" in {each.codename for each in Group.objects.get(name=ADMINISTRATOR).permissions.all()}


def test_an_administrator_of_one_site_gives_that_site_only(boss):
    east = ledger.make_site("east", "East", "root")
    west = next(site for site in ledger.sites() if site.slug == "default")
    eva = desk_person("eva", "a long pass-word", CLERK)
    Membership.objects.create(user=eva, site_id=east.id)
    boss.post(f"/people/{eva.pk}/", {"role": CLERK, "active": "on", "site": [str(west.id), str(east.id)]})
    assert set(eva.memberships.values_list("site_id", flat=True)) == {west.id, east.id}
    boss.post(f"/people/{eva.pk}/", {"role": CLERK, "active": "on"})
    assert set(eva.memberships.values_list("site_id", flat=True)) == {east.id}, "the other site is out of sight"


def test_an_administrator_of_one_site_lets_programs_into_that_site_only(boss):
    west = next(site for site in ledger.sites() if site.slug == "default")
    mine = ledger.make_token("mine", ("status:read",), 1, "root", west.slug)[0]
    far = ledger.make_token("far", ("status:read",), 1, "root")[0]
    hook, _ = ledger.make_webhook("https://ris.example/far", ("order.moved",), "root")
    ledger.make_site("east", "East", "root")
    page = boss.get("/programs/").content.decode()
    assert "mine" in page and "https://ris.example/far" not in page and "all sites" not in page and "East" not in page
    assert boss.post(f"/programs/tokens/{far.id}/revoke").status_code == 404
    assert boss.post(f"/programs/webhooks/{hook}/switch", {"to": "off"}).status_code == 404
    assert boss.post(f"/programs/tokens/{mine.id}/revoke").status_code == 302
    for site, made in (("", 0), ("east", 0), ("nowhere", 0), (west.slug, 1)):
        token = {"name": "new", "scopes": "status:read", "days": "30", "site": site}
        boss.post("/programs/tokens", token)
        boss.post("/programs/webhooks", {"url": "https://ris.example/in", "events": "order.moved", "site": site})
        assert (len(ledger.tokens()) - 2, len(ledger.webhooks()) - 1) == (made, made), site
    assert [row.live for row in ledger.tokens() if row.name == "far"] == [True]
