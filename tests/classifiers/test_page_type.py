"""Page types, on pages such as practices, payers, laboratories and advertisers send."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from classifiers.page_type import page_types
from documents.page import Page

Paper = Callable[..., Page]

COVERS = {
    "EHR fax": """
        # Fax
        To: Harbor Radiology Scheduling | From: Dr. Marlow's office
        Fax: (503) 555-0133 | Phone: (503) 555-0190
        Date: 3/4/2026 | Pages: 4
        Re: J. Doe MRI order
        Comments: Please schedule MRI brain and call patient. Clinicals attached.
        The information contained in this facsimile is confidential and intended only for the use of the addressee.
    """,
    "letter-spaced": """
        # F A C S I M I L E
        TO Northside Imaging
        ATTN Scheduling dept
        FROM Pine Street Clinic
        NO. OF PAGES 3 including this page
    """,
    "transmittal": """
        # FAX TRANSMITTAL SHEET
        DATE 03/02/2026
        TO: Imaging | COMPANY: Harbor
        FROM: Peggy
        TOTAL PAGES INCLUDING COVER 6
        URGENT | FOR REVIEW | PLEASE COMMENT | PLEASE REPLY
        NOTES/COMMENTS:
        If you received this fax in error please notify the sender.
    """,
    "cover that names the patient": """
        Valley Urology
        # Cover Page
        To: Radiology, 555-0144
        From: Valley Urology, fax 555-0181
        Regarding: CT order for patient Alan Moss DOB 2/2/1950
        3 pages
        HIPAA confidentiality notice: if you are not the intended recipient, destroy this fax.
    """,
}

ORDERS = {
    "EHR order": """
        # Lakeside Family Practice
        Radiology Order
        Patient: Moss, Alan | DOB: 02/02/1950
        Order: CT Abdomen Pelvis W Contrast
        Diagnosis: R10.9 Abdominal pain
        Reason for exam: weight loss
        Ordering provider: Nina Patel MD | NPI 1234567893
        Electronically signed by Nina Patel MD
    """,
    "prescription pad": """
        Nina Patel, M.D.
        Tel 503-555-0122
        Name Alan Moss
        DOB 2/2/50
        Rx
        MRI R knee w/o
        Dx: M25.561 pain
        N Patel
    """,
    "tick form": """
        # Harbor Radiology
        Exam request
        Patient name | Phone
        Date of birth | Insurance
        MRI | CT | Ultrasound
        Brain | Head | Abdomen
        Mammogram screening | DEXA | X-ray
        Clinical indication
        Physician signature | Date
        Allergy to contrast? Pacemaker?
        Fax completed form to 503-555-0100
    """,
    "letter": """
        Coastal Neurology
        March 3, 2026
        RE: Alan Moss, born 2/2/1950
        Dear Sirs,
        Kindly arrange an MRI of the cervical spine without contrast for this gentleman, who has neck pain
        with numbness of both hands for three months and brisk reflexes on examination.
        His insurance is with Aetna, the authorization number is A12345.
        Sincerely,
        Ruth Amari MD
    """,
    "letter with much history": """
        # Coastal Cardiology
        RE: Alan Moss
        Date of birth: 2/2/1950
        Dear Colleague,
        I would like to request a CT angiogram of the chest.
        Past medical history includes hypertension; current medications are lisinopril and aspirin.
        On physical examination the lungs are clear. Review of systems is otherwise negative.
        The diagnosis is R07.9.
        With kind regards,
        Ruth Amari MD
    """,
    "emergency department order": """
        # STAT IMAGING REQUISITION
        PT NAME: MOSS, ALAN | MRN 44192 | SEX M
        EXAM REQUESTED: CT HEAD WO
        REASON: FALL, ON ELIQUIS
        ORDERING MD: AMARI
        CALL REPORT TO 503-555-0177
    """,
    "corrected order": """
        # CORRECTED ORDER
        Patient: Alan Moss | D.O.B. 2/2/1950
        Exam: US thyroid
        Dx: E04.1
        Provider signature: | NPI 1234567893
    """,
}

OTHERS_BY_TYPE = {
    "clinical_note": {
        "SOAP": """
            Lakeside Family Practice
            Patient: Alan Moss DOB 2/2/1950 DOS 3/1/2026
            Subjective: 76 y/o with back pain for 6 weeks, denies bowel or bladder changes.
            Objective: BP 130/80. Straight leg raise positive.
            Assessment: Lumbar radiculopathy
            Plan: MRI lumbar spine, PT, follow up in 4 weeks
        """,
        "history and physical": """
            # HISTORY AND PHYSICAL
            Chief Complaint: knee pain
            HPI: Mr. Moss presents with right knee pain after a fall.
            Past Medical History: hypertension
            Medications: lisinopril
            Review of Systems: negative
            Physical Exam: effusion, tender medial joint line
            Assessment and Plan: order MRI knee
            Electronically signed by Nina Patel MD
        """,
        "emergency department": """
            # ED Provider Note
            Arrival 3/3/2026 02:14
            CC: headache
            History of present illness: sudden onset headache while lifting
            Vitals: BP 168/92 P 88
            ROS: as above
            Plan: CT head, neurology consult
        """,
        "operation": """
            # OPERATIVE REPORT
            Patient: Alan Moss
            Preoperative diagnosis: cholelithiasis
            Procedure: laparoscopic cholecystectomy
            Description: The patient was brought to the operating room and positioned supine.
        """,
    },
    "lab_result": {
        "reference laboratory": """
            # Clinical Laboratories of the Coast
            Specimen: serum | Date Collected: 3/1/2026
            Patient: Moss, Alan | Reported: 3/2/2026
            Test Name | Result | Flag | Reference Range
            BUN | 14 | 7-25
            Creatinine | 1.10 | 0.60-1.30
            eGFR | 71 | >59 mL/min/1.73m2
        """,
        "panel printed from a chart": """
            Basic Metabolic Panel
            MOSS, ALAN MRN 11223
            Component | Value | Ref Range | Units
            Sodium | 139 | 135-145 | mmol/L
            Potassium | 4.1 | 3.5-5.1 | mmol/L
            Glucose | 92 | 70-99 | mg/dL
        """,
        "pathology": """
            # SURGICAL PATHOLOGY REPORT
            Specimen: left breast core biopsy
            Collected 2/2/2026 Received 2/3/2026
            Final diagnosis: benign fibroadenoma
        """,
    },
    "prior_report": {
        "MR": """
            # Coast Imaging Associates
            MRI BRAIN WITHOUT CONTRAST
            Patient: Alan Moss DOB 2/2/1950 Exam date 1/5/2025
            INDICATION: Headache.
            TECHNIQUE: Multiplanar multisequence images were obtained.
            COMPARISON: None.
            FINDINGS: The ventricles are normal in size. No acute infarct.
            IMPRESSION: Unremarkable MRI of the brain.
            Dictated by: R. Lund MD
        """,
        "mammogram": """
            # MAMMOGRAPHY REPORT
            Patient: Ana Moss DOB 2/2/1960
            Bilateral screening mammogram with tomosynthesis
            Findings: The breasts are heterogeneously dense.
            Impression: BI-RADS category 1, negative. Recommendation: annual screening.
        """,
        "densitometry": """
            # Final Report
            Ordering physician: Amari
            Exam: DXA bone density
            Technique: Lunar Prodigy
            Findings: T-score lumbar spine -2.6
            Impression: Osteoporosis.
            Thank you for referring this patient. Electronically signed by R. Lund MD
        """,
    },
    "insurance_card": {
        "commercial": """
            # BlueCross BlueShield
            Member Name ALAN MOSS | Member ID XYZ123456789
            Group 0042 | RxBIN 610014
            RxPCN MEDD | Copay PCP $20
            Customer Service 1-800-555-0101
            Mail claims to P.O. Box 14 Dallas
        """,
        "medicare": """
            # MEDICARE HEALTH INSURANCE
            Name/Nombre ALAN MOSS
            Medicare Number/Número 1EG4-TE5-MK73
            Entitled to/Con derecho a | Coverage starts
            HOSPITAL (PART A) 03-01-2016
            MEDICAL (PART B) 03-01-2016
        """,
    },
    "authorization": {
        "approval": """
            # Coastal Health Plan
            Prior Authorization Approval
            Member: Alan Moss | Member ID 112233
            Authorization Number: A998877
            Servicing Facility: Harbor Radiology
            CPT 70551 MRI BRAIN W/O CONTRAST Units 1
            Valid from 3/1/2026 to 4/30/2026
            This is not a guarantee of payment.
        """,
        "denial": """
            # NOTICE OF DENIAL
            Dear Alan Moss:
            Your doctor asked for an MRI of the lumbar spine. We have denied this request because it is not
            medically necessary. You have the right to appeal. Your doctor may request a peer-to-peer call.
        """,
        "request form to a payer": """
            # Prior Authorization Request Form
            Member name: Alan Moss | Member ID: 112233
            Requesting provider: Amari | Rendering facility: Harbor Radiology
            Procedure: 72148 MRI lumbar spine | Units 1
            Attach clinical notes to support medical necessity
        """,
        "portal": """
            Case Number: 1456789012 | Case status: Approved
            Patient: Alan Moss
            Approved service: 74177 CT abdomen and pelvis with contrast
            Site: Harbor Radiology | Expiration 5/5/2026
            Authorization: A44556677
        """,
    },
    "clarification_reply": {
        "our own letter come back": """
            A question about your imaging order
            To: Nina Patel MD | From: Harbor Radiology
            Patient: Alan Moss | Date of birth 2/2/1950
            We cannot schedule the exam before we know:
            Please tick left, right or both sides for: MRI knee
            left | right | both
            Answered by (print) Rosa T | Date 3/4/2026
        """,
        "another centre's": """
            # ORDER CLARIFICATION NEEDED
            Patient: Alan Moss DOB 2/2/1950
            The order we received is missing information: contrast not specified for CT abdomen.
            Please respond and fax back to 503-555-0100
            Response: with IV contrast
        """,
        "the practice's answer": """
            Lakeside Family Practice
            RE: Alan Moss, DOB 2/2/1950
            In response to your fax of 3/2/2026: to clarify, the MRI should read RIGHT knee, not left.
            Nina Patel MD
        """,
    },
    "other": {
        "face sheet": """
            # FACE SHEET
            Patient: Moss, Alan | DOB 2/2/1950 | Sex M
            Marital status: Married | Race: White | Religion: none
            Guarantor: self | Employer: retired
            Emergency contact: Ana Moss, spouse
            Primary insurance: Medicare
        """,
        "medication list": """
            # Medication List
            Moss, Alan DOB 2/2/1950
            lisinopril 10 mg take one tablet daily, refills 3
            metformin 500 mg twice daily
        """,
        "records request": """
            # AUTHORIZATION FOR RELEASE OF INFORMATION
            Patient: Alan Moss DOB 2/2/1950
            I hereby authorize Harbor Radiology to release my MRI and CT images on CD
            Signature of patient
        """,
        "advertisement": """
            # LIQUIDATION SALE
            X-ray and MRI contrast supplies at the lowest price
            Call now 1-800-555-0109
            To unsubscribe call 1-800-555-0110
        """,
        "privacy": """
            # NOTICE OF PRIVACY PRACTICES
            This notice describes how medical information about you may be used and disclosed.
        """,
        "invoice": """
            # INVOICE
            Bill to: Harbor Radiology
            Quantity | Description | Price
            Amount due: $412.00
        """,
        "closing hours": """
            Office closure
            Our imaging center is closed on Thursday. CT and MRI resume on Friday at 8.
            Please plan your orders accordingly.
        """,
        "a course": """
            Imaging of the shoulder: an evening for primary care
            Dinner and lecture on MRI and ultrasound. RSVP to 503-555-0101.
            Northside Diagnostic Imaging
        """,
        "instructions": """
            Harbor Radiology
            How to prepare
            You are booked for an MRI of the knee
            Tell us if you have a pacemaker or may be pregnant.
            Do not wear jewelry. Parking is free.
        """,
        "transmission report": """
            # TRANSMISSION VERIFICATION REPORT
            TIME 03/04/2026 09:11
            FAX NO./NAME 15035550100
            DURATION 00:01:12 PAGE(S) 03 RESULT OK
        """,
    },
}

CASES = [("cover", name, text) for name, text in COVERS.items()]
CASES += [("order", name, text) for name, text in ORDERS.items()]
CASES += [(kind, name, text) for kind, pages in OTHERS_BY_TYPE.items() for name, text in pages.items()]


@pytest.mark.parametrize(("expected", "text"), [(k, t) for k, _, t in CASES], ids=[f"{k}: {n}" for k, n, _ in CASES])
def test_a_page_says_what_it_is(paper: Paper, expected: str, text: str) -> None:
    (found,) = page_types([paper(text)])
    assert found.type == expected, found


def test_the_second_sheet_of_an_order_is_an_order(paper: Paper) -> None:
    first = paper(ORDERS["EHR order"])
    second = paper("Moss, Alan\nInsurance: Aetna\nMember ID W1\nPage 2 of 2", number=2)
    assert [page.type for page in page_types([first, second])] == ["order", "order"]


def test_the_second_sheet_of_a_note_is_a_note(paper: Paper) -> None:
    first = paper(OTHERS_BY_TYPE["clinical_note"]["history and physical"])
    second = paper("continued\nHe will call with questions.\nPage 2 of 2", number=2)
    assert [page.type for page in page_types([first, second])] == ["clinical_note", "clinical_note"]
