"""Signing in with a second factor, being signed out when idle, changing the own password."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

import config
from store.models import Event

pytestmark = pytest.mark.django_db


def code(user: object, confirmed: bool = True, steps: int = 0) -> str:
    device = TOTPDevice.objects.get(user=user, confirmed=confirmed)
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1, throttling_failure_count=0)
    return f"{totp(device.bin_key, drift=steps):06}"


def signed_in() -> Client:
    browser = Client()
    browser.post("/login/", {"username": "mara", "password": "a long pass-word"})
    return browser


@pytest.fixture
def secured(clerk, mara) -> list[str]:
    """Mara sets up her telephone; her recovery codes."""
    assert clerk.get("/account/second-factor/new/").status_code == 200
    assert clerk.get("/account/second-factor/code.svg")["Content-Type"] == "image/svg+xml"
    page = clerk.post("/account/second-factor/new/", {"code": code(mara, confirmed=False)}).content.decode()
    codes = [part.split("<")[0] for part in page.split('<li class="mono">')[1:]]
    assert len(set(codes)) == 10
    return codes


def test_the_code_is_asked_for_after_the_password(secured, mara):
    browser = signed_in()
    for where in ("/queue/review/", "/account/", "/admin/"):
        assert browser.get(where)["Location"] == "/account/second-factor/"
    assert browser.get("/account/second-factor/new/")["Location"] == "/account/second-factor/"
    right = code(mara)
    wrong = browser.post("/account/second-factor/", {"code": f"{(int(right) + 1) % 1_000_000:06}"})
    assert wrong.status_code == 401 and "not right" in wrong.content.decode()
    assert browser.get("/queue/review/").status_code == 302
    assert browser.post("/account/second-factor/", {"code": code(mara)}).status_code == 302
    assert browser.get("/queue/review/").status_code == 200
    assert set(Event.objects.filter(actor="mara").values_list("verb", flat=True)) >= {
        "second_factor_set_up", "second_factor_wrong", "second_factor_given",
    }  # fmt: skip


def test_wrong_codes_are_throttled(secured, mara):
    browser = signed_in()
    right = code(mara)
    browser.post("/account/second-factor/", {"code": "000000" if right != "000000" else "000001"})
    assert browser.post("/account/second-factor/", {"code": right}).status_code == 401, "a second has not passed"


def test_a_code_counts_once(secured, mara):
    used = code(mara)
    assert signed_in().post("/account/second-factor/", {"code": used}).status_code == 302
    assert signed_in().post("/account/second-factor/", {"code": used}).status_code == 401


def test_a_recovery_code_counts_once_and_new_ones_end_the_old(secured, mara):
    browser = signed_in()
    assert browser.post("/account/second-factor/", {"code": secured[0]}).status_code == 302
    assert StaticToken.objects.filter(device__user=mara).count() == 9
    assert signed_in().post("/account/second-factor/", {"code": secured[0]}).status_code == 401
    TOTPDevice.objects.update(throttling_failure_count=0)
    browser.post("/account/second-factor/recovery")
    assert not StaticToken.objects.filter(device__user=mara, token__in=secured).exists()


def test_a_role_may_have_to_set_one_up(mara, monkeypatch):
    browser = signed_in()
    assert browser.get("/queue/review/").status_code == 200
    monkeypatch.setenv("CLEARORDER_SECOND_FACTOR", '["clerk"]')
    config.settings.cache_clear()
    assert browser.get("/queue/review/")["Location"] == "/account/second-factor/new/"


def test_who_does_nothing_is_signed_out_though_the_page_asks_on(mara):
    browser = signed_in()
    assert browser.get("/queue/review/").status_code == 200
    kept = browser.session
    kept["active_at"] = time.time() - 29 * 60
    kept.save()
    assert browser.get("/counts").status_code == 200
    assert browser.session["active_at"] == kept["active_at"], "the page's own asking is no activity"
    kept["active_at"] = time.time() - 31 * 60
    kept.save()
    assert browser.get("/counts", headers={"HX-Request": "true"}).status_code == 401
    assert browser.get("/queue/review/")["Location"].startswith("/login/")
    assert Event.objects.filter(verb="signed_out", actor="mara").exists()


@pytest.mark.parametrize(
    ("new", "taken"),
    [("quiet-river-4417", True), ("short1", False), ("password1234", False), ("123456789012", False)],
)  # fmt: skip
def test_a_new_password_fits_the_rules_and_ends_other_sessions(mara, new, taken):
    mine, other = signed_in(), signed_in()
    sent = {"old_password": "a long pass-word", "new_password1": new, "new_password2": new}
    assert mine.post("/account/password", sent).status_code == (302 if taken else 422)
    assert mine.get("/account/").status_code == 200
    assert other.get("/account/").status_code == (302 if taken else 200)
