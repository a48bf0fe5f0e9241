"""The contract's JSON: written for a document that was read, and read back by the store.

The shape is fixed in the contract's README: each leaf is
`{"value", "confidence", "evidence": [{"page", "box", "text"}]}`. With
`losing=True` a leaf also keeps its `state`, `reason` and the `others` that
lost, which the desk shows and an outside reader does not need.
"""

from __future__ import annotations

from dataclasses import asdict, fields, is_dataclass
from typing import Any, TypeVar

from orders.order import (
    Address,
    Adequacy,
    Check,
    Conflict,
    Coverage,
    Evidence,
    Exam,
    Failure,
    Finding,
    Grant,
    Indication,
    Necessity,
    Order,
    PageType,
    Paper,
    Patient,
    Provider,
    RedFlag,
    Referral,
    Safety,
    Value,
)

Json = dict[str, Any]
Group = TypeVar("Group")


def referral_json(referral: Referral, losing: bool = False) -> Json:
    """Return the document in the contract's shape."""
    out: Json = {"document": referral.document, "id": referral.id}
    if referral.error:
        out["error"] = {"code": referral.error.code, "message": referral.error.message}
    out["pages"] = [
        {"number": page.number, "type": page.type, "confidence": round(page.confidence, 4)} for page in referral.pages
    ]
    out["orders"] = [order_json(order, losing) for order in referral.orders]
    if referral.route:
        out["route"] = referral.route
    if referral.notices:
        out["notices"] = [{"code": notice.code, "message": notice.message} for notice in referral.notices]
    return out


def order_json(order: Order, losing: bool = False) -> Json:
    """Return one order in the contract's shape."""
    out: Json = {"id": order.id, "pages": list(order.pages)}
    for name in (
        "patient",
        "coverage",
        "exams",
        "indication",
        "priority",
        "provider",
        "signed",
        "order_date",
        "safety",
    ):
        out[name] = _encode(getattr(order, name), losing)
    out["problems"] = [_check_json(check) for check in order.problems]
    out["route"] = order.route
    out["route_reason"] = order.route_reason
    if losing:
        out |= _beyond_json(order)
    return out


def _beyond_json(order: Order) -> Json:
    """What the product keeps of an order and the contract does not know."""
    return {
        "conflicts": [
            {
                "code": conflict.code,
                "message": conflict.message,
                "evidence": [_evidence_json(item) for item in conflict.evidence],
                "confidence": conflict.confidence,
                "paths": list(conflict.paths),
            }
            for conflict in order.conflicts
        ],
        "red_flags": [asdict(flag) for flag in order.red_flags],
        "page_types": list(order.page_types),
        "grants": [{"page": grant.page, **_encode(grant, True, ("page",))} for grant in order.grants],
        "notes": [_check_json(note) for note in order.notes],
        "adequacy": asdict(order.adequacy) if order.adequacy else None,
        "necessity": asdict(order.necessity) if order.necessity else None,
        "checklist": order.checklist,
        "judged_on": order.judged_on,
    }


def order_from_json(data: Json) -> Order:
    """Return the order that `order_json(order, losing=True)` wrote; raises KeyError when it is not one."""
    return Order(
        id=data["id"],
        pages=tuple(data["pages"]),
        patient=_group(Patient, {**data["patient"], "address": _group(Address, data["patient"]["address"])}),
        coverage=_group(Coverage, data["coverage"]),
        exams=tuple(_group(Exam, exam) for exam in data["exams"]),
        indication=Indication(
            _value(data["indication"]["text"]), tuple(_value(code) for code in data["indication"]["icd10"])
        ),
        priority=_value(data["priority"]),
        provider=_group(Provider, data["provider"]),
        signed=_value(data["signed"]),
        order_date=_value(data["order_date"]),
        safety=_group(Safety, data["safety"]),
        conflicts=tuple(
            Conflict(
                conflict["code"],
                conflict["message"],
                _evidence(conflict["evidence"]),
                conflict["confidence"],
                tuple(conflict["paths"]),
            )
            for conflict in data.get("conflicts", [])
        ),
        problems=tuple(_check(check) for check in data["problems"]),
        route=data["route"],
        route_reason=data.get("route_reason", ""),
        red_flags=tuple(RedFlag(flag["name"], flag["title"], flag["words"]) for flag in data.get("red_flags", [])),
        page_types=tuple(data.get("page_types", ())),
        grants=tuple(_grant(grant) for grant in data.get("grants", ())),
        notes=tuple(_check(note) for note in data.get("notes", ())),
        adequacy=Adequacy(**data["adequacy"]) if data.get("adequacy") else None,
        necessity=_necessity(data.get("necessity")),
        checklist=data.get("checklist", ""),
        judged_on=data.get("judged_on", ""),
    )


def referral_from_json(data: Json) -> Referral:
    """Return the referral that `referral_json(referral, losing=True)` wrote."""
    error = data.get("error")
    return Referral(
        document=data["document"],
        id=data["id"],
        pages=tuple(PageType(page["number"], page["type"], page["confidence"]) for page in data["pages"]),
        orders=tuple(order_from_json(order) for order in data["orders"]),
        notices=tuple(Failure(notice["code"], notice["message"]) for notice in data.get("notices", [])),
        error=Failure(error["code"], error["message"]) if error else None,
    )


def _encode(node: Any, losing: bool, but: tuple[str, ...] = ()) -> Any:
    if isinstance(node, Value):
        return _leaf_json(node, losing)
    if isinstance(node, tuple):
        return [_encode(item, losing) for item in node]
    assert is_dataclass(node)
    return {each.name: _encode(getattr(node, each.name), losing) for each in fields(node) if each.name not in but}


def _leaf_json(value: Value, losing: bool) -> Json:
    out: Json = {
        "value": value.value,
        "confidence": round(value.confidence, 4),
        "evidence": [_evidence_json(item) for item in value.evidence],
    }
    if losing:
        out["state"] = value.state
        out["reason"] = value.reason
        out["others"] = [
            {
                "field": finding.field,
                "value": finding.value,
                "evidence": [_evidence_json(item) for item in finding.evidence],
                "score": round(finding.score, 4),
                "reason": finding.reason,
            }
            for finding in value.others
        ]
    return out


def _evidence_json(item: Evidence) -> Json:
    return {"page": item.page, "box": [round(edge, 5) for edge in item.box], "text": item.text}


def _check_json(check: Check) -> Json:
    return {
        "code": check.code,
        "severity": check.severity,
        "message": check.message,
        "request": check.request,
        "paths": list(check.paths),
        "confidence": round(check.confidence, 4),
        "authority": check.authority,
    }


def _check(data: Json) -> Check:
    return Check(
        data["code"],
        data["severity"],
        data["message"],
        data["request"],
        tuple(data["paths"]),
        data["confidence"],
        data["authority"],
    )


def _grant(data: Json) -> Grant:
    leaves = {name: _value(leaf) for name, leaf in data.items() if name not in ("page", "exams")}
    return Grant(data["page"], exams=tuple(_group(Exam, exam) for exam in data["exams"]), **leaves)


def _necessity(data: Json | None) -> Necessity | None:
    if data is None:
        return None
    papers = tuple(Paper(**{**paper, "pages": tuple(paper["pages"])}) for paper in data["papers"])
    return Necessity(**{**data, "papers": papers, "sentences": tuple(data["sentences"])})


def _group(kind: type[Group], data: Json) -> Group:
    return kind(**{name: leaf if is_dataclass(leaf) else _value(leaf) for name, leaf in data.items()})


def _value(data: Json) -> Value:
    return Value(
        data["value"],
        data["confidence"],
        _evidence(data["evidence"]),
        data["state"],
        data["reason"],
        tuple(
            Finding(item["field"], item["value"], _evidence(item["evidence"]), item["score"], item["reason"])
            for item in data["others"]
        ),
    )


def _evidence(items: list[Json]) -> tuple[Evidence, ...]:
    return tuple(Evidence(item["page"], tuple(item["box"]), item["text"]) for item in items)
