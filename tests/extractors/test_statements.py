"""What letters and orders state in so many words: signatures, allergies, addresses."""

from __future__ import annotations

import pytest
from drawn_views import Drawn

from extractors.patient import find_patient
from extractors.provider import find_provider
from extractors.resolve import choose
from extractors.safety import find_safety
from extractors.signature import find_signature
from orders.order import Scalar


@pytest.mark.parametrize(
    ("page", "field", "value"),
    [
        ("Order electronicallysigned by: Omar Bell, MD, PhD on March 3, 2026 9:12 AM", "signed", True),
        ("Authenticated by Omar Bell, MD, PhD on March 3, 2026 9:12 AM", "provider.family", "Bell"),
        ("/es/ Omar Bell, MD 03/03/2026", "signed", True),
        ("/ es/ Omar Bell, MD 03/03/2026", "signed", True),
        ("sent to files/es/orders", "signed", None),
        ("Not valid unless electronicallysigned by the physician", "signed", None),
        ("Precautions: No known contrast allergy; Kidney disease: No", "safety.contrast_allergy", "no"),
        ("Alerts: Allergies: IV contrast (hives)", "safety.contrast_allergy", "yes"),
        ("Screening: Implanted device: No; Kidney disease: No; Pregnant:\nYes", "safety.pregnant", "yes"),
        ("Screening: Kidney disease: No; Pregnant:\nYes / No", "safety.pregnant", None),
        ("Screening: Pacemaker/implanted device: No; Pregnant: Yes", "safety.implant", "no"),
        ("Pregnant? Yes / No  Contrast allergy: ", "safety.contrast_allergy", None),
        ("Allergies: penicillin", "safety.contrast_allergy", None),
        ("Seen by cardiology. Not answered Yes (ICD) today", "safety.implant", "yes"),
        ("He has no ICD and no stent", "safety.implant", "no"),
        ("Pregnancy not stated; she has an ICD", "safety.implant", "yes"),
        (
            "Patient name: June Alderson\nStreet, city, state, ZIP: 77 Quiet Ln, Dayton, OH 45420",
            "patient.address.city",
            "Dayton",
        ),
        ("Patient name: June Alderson\nMunicipality: Dayton", "patient.address.city", "Dayton"),
    ],
)
def test_what_is_stated(draw: Drawn, page: str, field: str, value: Scalar) -> None:
    view = draw(page)
    finders = (find_patient, find_provider, find_safety, find_signature)
    found = [finding for finder in finders for finding in finder(view) if finding.field == field]
    chosen = choose(field, found)
    assert (chosen.value if chosen else None) == value
