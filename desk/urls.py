"""Every address of the desk. A document is named by its SHA-256, an order by its own short id."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, include, path, register_converter

from desk import (
    access,
    again_views,
    api,
    api_access,
    asking_views,
    blind_views,
    dashboard,
    document_views,
    exports,
    factors,
    figures,
    handling_views,
    lookup,
    ops_views,
    order_views,
    people_views,
    queues,
    rules_views,
    split_views,
    trail_views,
)


class CaseId:
    """Eight signs of Crockford's base 32."""

    regex = "[0-9A-HJKMNP-TV-Z]{8}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Sha256(CaseId):
    """A SHA-256 in hexadecimal."""

    regex = "[0-9a-f]{64}"


register_converter(CaseId, "case")


class ReferrerKey(CaseId):
    """An NPI, or a digest of a referrer's name."""

    regex = "(?:[0-9]{10}|n[0-9a-f]{15})"


register_converter(Sha256, "sha256")
register_converter(ReferrerKey, "referrer")

pages: list[URLPattern] = [
    path("", queues.home, name="home"),
    path("login/", access.SignIn.as_view(), name="login"),
    path("logout/", access.SignOut.as_view(), name="logout"),
    path("counts", queues.count_fragments, name="counts"),
    path("queue/<slug:state>/", queues.queue, name="queue"),
    path("queue/<slug:state>/narrow", queues.narrow, name="narrow"),
    path("queue/<slug:state>/filter", queues.keep_filter, name="keep_filter"),
    path("orders/<case:case_id>/", order_views.show, name="order"),
    path("orders/<case:case_id>/field", order_views.field, name="field"),
    path("orders/<case:case_id>/undo", order_views.undo, name="undo"),
    path("orders/<case:case_id>/step", order_views.step, name="step"),
    path("orders/<case:case_id>/leave", order_views.leave, name="leave"),
    path("orders/<case:case_id>/handle", handling_views.handle, name="handle"),
    path("lookup/<slug:kind>", lookup.look_up, name="look_up"),
    path("orders/<case:case_id>/hold", order_views.hold, name="hold"),
    path("orders/<case:case_id>/again/<case:earlier_id>/", again_views.compare, name="compare"),
    path("orders/<case:case_id>/again/<case:earlier_id>/tell", again_views.tell, name="tell"),
    path("orders/<case:case_id>/check/", blind_views.show, name="blind"),
    path("orders/<case:case_id>/check/enter", blind_views.enter, name="blind_enter"),
    path("orders/<case:case_id>/check/settle", blind_views.settle, name="blind_settle"),
    path("orders/<case:case_id>/check/leave", blind_views.give_up, name="blind_leave"),
    path("orders/<case:case_id>/letter.pdf", order_views.letter, name="letter"),
    path("orders/<case:case_id>/letter.png", order_views.letter_picture, name="letter_picture"),
    path("documents/<sha256:document_id>/pages/<int:number>.png", document_views.page, name="page"),
    path("documents/<sha256:document_id>/pages/<int:number>/words.json", document_views.words, name="words"),
    path("documents/<sha256:document_id>/original", document_views.original, name="original"),
    path("failed/", document_views.failed, name="failed"),
    path("documents/<sha256:document_id>/", document_views.document, name="document"),
    path("documents/<sha256:document_id>/split", split_views.pages, name="split"),
    path("documents/<sha256:document_id>/lay-out", split_views.lay_out, name="lay_out"),
    path("documents/<sha256:document_id>/progress", split_views.progress, name="progress"),
    path("documents/<sha256:document_id>/retry", document_views.retry, name="retry"),
    path("asking/", asking_views.show, name="asking"),
    path("asking/call", asking_views.call, name="asking_call"),
    path("asking/reply", asking_views.reply, name="asking_reply"),
    path("asking/message", asking_views.message, name="asking_message"),
    path("status/", document_views.status, name="status"),
    path("status/set-aside/<int:item_id>/again", ops_views.item_again, name="item_again"),
    path("health", ops_views.health, name="health"),
    path("ready", ops_views.ready, name="ready"),
    path("metrics", ops_views.metrics, name="metrics"),
    path("figures/", figures.show, name="figures"),
    path("programs/", api_access.show, name="api_access"),
    path("programs/tokens", api_access.make_token, name="token_make"),
    path("programs/tokens/<int:token_id>/revoke", api_access.revoke_token, name="token_revoke"),
    path("programs/webhooks", api_access.make_webhook, name="webhook_make"),
    path("programs/webhooks/<int:webhook_id>/switch", api_access.switch_webhook, name="webhook_switch"),
    path("account/", factors.account, name="account"),
    path("account/password", factors.password, name="password"),
    path("account/second-factor/", factors.second_factor, name="second_factor"),
    path("account/second-factor/new/", factors.factor_new, name="factor_new"),
    path("account/second-factor/code.svg", factors.factor_code, name="factor_code"),
    path("account/second-factor/recovery", factors.factor_codes, name="factor_codes"),
    path("people/", people_views.people, name="people"),
    path("people/new", people_views.person_new, name="person_new"),
    path("people/roles/", people_views.roles, name="roles"),
    path("people/sites", people_views.sites, name="sites"),
    path("people/<int:person_id>/", people_views.person, name="person"),
    path("people/<int:person_id>/password", people_views.person_password, name="person_password"),
    path("people/<int:person_id>/second-factor", people_views.person_factor, name="person_factor"),
    path("checklists/", rules_views.rules, name="rules"),
    path("trail/", trail_views.trail, name="trail"),
    path("trail/narrow", trail_views.trail_narrow, name="trail_narrow"),
    path("trail/check", trail_views.trail_check, name="trail_check"),
    path("trail/lines.csv", trail_views.trail_csv, name="trail_csv"),
    path("dashboard/", dashboard.overview, name="dashboard"),
    path("dashboard/problems/", dashboard.problems, name="dashboard_problems"),
    path("dashboard/referrers/", dashboard.referrers, name="dashboard_referrers"),
    path("dashboard/referrers/<referrer:key>/", dashboard.referrer, name="referrer"),
    path("dashboard/referrers/<referrer:key>/sheet.pdf", dashboard.referrer_sheet, name="referrer_sheet"),
    path("dashboard/people/", dashboard.people, name="dashboard_people"),
    path("dashboard/orders/", dashboard.orders_behind, name="behind"),
    path("dashboard/<slug:table>.csv", exports.export, name="dashboard_csv"),
]

urlpatterns = [
    path("", include((pages, "desk"))),
    path("api/v1/", include((api.routes(), "api"))),
    path("admin/", admin.site.urls),
]
