"""The administration site: users, and the ledger's tables to look at, without anything about a patient.

What is about a patient is seen on the desk's own pages, where each view goes
to the audit trail; here are states, numbers and times only.
"""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from store.models import Case, Document, Event, OutboxItem, PageRecord


class Ledger(admin.ModelAdmin):
    """A table of the ledger: it can be looked at and not be changed."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Document)
class DocumentAdmin(Ledger):
    list_display = ("sha256", "state", "failure", "pages", "orders", "attempts", "received_at", "read_at")
    list_filter = ("state", "failure")
    fields = ("sha256", "media_type", "size", *list_display[1:], "lease_worker", "lease_until", "timings")


@admin.register(PageRecord)
class PageAdmin(Ledger):
    list_display = ("document_id", "number", "type", "type_confidence", "width", "height", "rotation")
    list_filter = ("type",)


@admin.register(Case)
class CaseAdmin(Ledger):
    list_display = ("id", "state", "priority", "modalities", "version", "received_at", "claimed_by", "on_the_desk")
    list_filter = ("state", "priority")
    fields = ("id", "document", "ordinal", "route", *list_display[1:7], "claimed_until", "assigned")

    @admin.display(description="the order")
    def on_the_desk(self, case: Case) -> SafeString:
        return format_html('<a href="{}">open</a>', reverse("desk:order", args=[case.id]))


@admin.register(Event)
class EventAdmin(Ledger):
    list_display = ("sequence", "at", "actor", "verb", "document", "case")
    list_filter = ("verb",)
    fields = ("sequence", "at", "actor", "verb", "document", "case", "previous", "hash")


@admin.register(OutboxItem)
class OutboxAdmin(Ledger):
    list_display = ("id", "kind", "case_id", "version", "state", "made_at", "sent_at")
    list_filter = ("kind", "state")
    fields = ("kind", "case", "version", "sha256", "state", "made_at", "sent_at")


admin.site.site_header = admin.site.site_title = "clearorder administration"
admin.site.site_url = "/"
