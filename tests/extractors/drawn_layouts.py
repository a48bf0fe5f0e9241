"""Orders drawn in the layouts that US practices send; nobody on them is real.

They are drawn from what such sheets look like in general: hospital requisitions, prints of practice software,
pads, plans' forms, worklists, Spanish labels.
"""

NAME_OVER_CELLS = """
                    RADIOLOGY ORDER FORM                Central Scheduling: (937) 555-0100
                                                        Fax: (937) 555-0101
Patient Name (Last, First, MI)           Date of Birth       Sex      MRN
ALDERSON,         JUNE        M          03/14/1962          F        A-55812
Home Address                             City                State    Zip
77 Quiet Ln                              Dayton              OH       45420
Home Phone                  Work Phone               Insurance               Policy #
937-555-0163                937-555-0170             Cigna                   U1234567802
Diagnosis / Reason for Exam                          ICD-10
Right hip pain, limp since August                    M25.551
Ordering Provider (print)                NPI                 Office Phone        Office Fax
Omar Bell, MD                            1234567893          937-555-0114        937-555-0115
"""
CAPTIONS = """
                           Lakeside Imaging
             Phone 937-555-0100    Fax 937-555-0101

Alderson               June               M            03/14/1962
______________________________________________________________________
Last Name              First Name         MI           Date of Birth


77 Quiet Ln                      Dayton            OH        45420
______________________________________________________________________
Street Address                   City              State     Zip


Right hip pain and limp
______________________________________________________________________
Reason for exam


Omar Bell, MD                    937-555-0114        937-555-0115
______________________________________________________________________
Referring Physician              Phone               Fax
"""
EPIC = """
Alderson, June M                                             MRN: A-55812
Patient Demographics
Name                     Legal Sex     DOB            SSN           Address            Phone
Alderson, June M         Female        3/14/1962      xxx-xx-1234   77 Quiet Ln        937-555-0163 (Home)

Order Information
Order Date/Time          Release Date/Time       Start Date/Time        End Date/Time
11/02/26 09:14 AM        None                    11/02/26               None

Order Details
MRI HIP RIGHT WO CONTRAST
Reason for Exam
Right hip pain and limp since August

Associated Diagnoses
Right hip pain [M25.551]

Authorizing Provider: Omar Bell, MD     NPI: 1234567893
Ordering User: Lea Hart, MA
Department: Riverbend Family Medicine
Phone: 937-555-0114     Fax: 937-555-0115
Electronically signed by: Omar Bell, MD on 11/02/26 0914
Printed by Hart, Lea at 11/3/2026 8:00 AM
"""
ATHENA = """
Riverbend Family Medicine
12 Mill Rd, Dayton, OH 45419 | (937) 555-0114 | Fax (937) 555-0115

Imaging Order
Patient:      June ALDERSON                        DOB: 03-14-1962     Sex: F
Address:      77 Quiet Ln                          Pt Phone: H: (937) 555-0163
              Dayton, OH 45420                     PatientID: 55812
Insurance:    CIGNA                                Member ID: U1234567802

Order: MRI, hip, right, w/o contrast               Order Date: 11-02-2026
Diagnosis: M25.551: Pain in right hip
Note to Provider: Right hip pain and limp since August

Ordering Provider: OMAR BELL, MD   NPI: 1234567893
Supervising Provider: RUTH ODELL, MD   NPI: 1548293016
Electronically Signed by: OMAR BELL, MD
"""
ECW = """
Alderson, June M    64 Y old Female, DOB: 03/14/1962    Account Number: 77812
77 Quiet Ln, Dayton, OH-45420    Home: 937-555-0163
Guarantor: Alderson, Ray    Insurance: Cigna    Payer ID: 62308
Appointment Facility: Riverbend Family Medicine

11/02/2026     Progress: Omar Bell, MD

Diagnostic Imaging Order
Imaging: MRI Right hip without contrast
Reason: right hip pain and limp
Assessments: Pain in right hip - M25.551

Provider: Omar Bell, MD    NPI: 1234567893
Tel: 937-555-0114   Fax: 937-555-0115
"""
RX_PAD = """
                     OMAR BELL, M.D.
                Riverbend Family Medicine
             12 Mill Rd, Dayton, OH 45419
        Tel (937) 555-0114     Fax (937) 555-0115
              NPI 1234567893    DEA FB1234563

Name  June Alderson                    DOB 3/14/62
Address  77 Quiet Ln, Dayton OH        Date 11/2/26

 Rx
       MRI right hip w/o contrast
       Dx: right hip pain, limp    M25.551

Refills 0
                         ______________________
                         Signature
"""
FOR_PAD = """
                Riverbend Family Medicine
        Tel (937) 555-0114     Fax (937) 555-0115
For: June Alderson                     Date: 11/2/26
DOB: 3/14/62
        CT chest with contrast
        For: cough and weight loss, r/o mass
        Cigna PPO ID U1234567802
                 Omar Bell, MD
"""
HEALTH_PLAN = """
              PRIOR AUTHORIZATION REQUEST - ADVANCED IMAGING
        Fax completed form to: 800-555-0190      Provider line: 800-555-0191
MEMBER INFORMATION
Member Name: June Alderson                  Member ID: U1234567802
Member DOB: 03/14/1962                      Group #: 77-4410
Member Phone: 937-555-0163
REQUESTING PROVIDER
Name: Omar Bell, MD                         NPI: 1234567893       TIN: 31-1234567
Phone: 937-555-0114                         Fax: 937-555-0115
Address: 12 Mill Rd, Dayton, OH 45419
RENDERING FACILITY
Name: Lakeside Imaging                      NPI: 1548293016
Phone: 937-555-0100                         Fax: 937-555-0101
CLINICAL INFORMATION
Clinical indication: Right hip pain and limp since August
ICD-10: M25.551          CPT: 73721
"""
WORKLIST = """
Modality Worklist                                   Printed: 11/03/2026 07:12
Patient Name        Patient ID    Birth Date    Sex   Accession #    Modality
ALDERSON^JUNE^M     A-55812       19620314      F     RAD-99120      MR
Requested Procedure Description: MR HIP RIGHT W/O
Requesting Physician: BELL^OMAR
Reason for Requested Procedure: Right hip pain and limp
Referring Physician: BELL^OMAR
"""
SPANISH = """
Clinica Familiar Riverbend
12 Mill Rd, Dayton, OH 45419    Tel: (937) 555-0114    Fax: (937) 555-0115
ORDEN DE ESTUDIO RADIOLÓGICO
Nombre del paciente: María Elena López Marín      Fecha de nacimiento: 03/14/1962
Sexo: F       Teléfono: 937-555-0163              Expediente: A-55812
Dirección: 77 Quiet Ln, Dayton, OH 45420
Seguro: Medicaid              Número de miembro: 1010203040
Motivo del examen: dolor de cadera derecha desde agosto
Médico que refiere: Omar Bell, MD      NPI: 1234567893
Fecha de la orden: 11/02/2026
"""
COMPOSITE = """
RADIOLOGY REQUEST
Name/DOB: June Alderson 03/14/1962
Insurance/ID #: Cigna U1234567802         Auth #/Exp: PA8812345
Referring Provider/NPI: Omar Bell, MD 1234567893
Phone/Fax: 937-555-0114 / 937-555-0115
Exam: MRI right hip without contrast
Dx/ICD-10: right hip pain M25.551
"""
GLUED = """
PATIENT:ALDERSON,JUNE    DOB:03/14/1962MRN:A-55812
PHONE:937-555-0163    INS:CIGNA    ID#:U1234567802    GRP#:77-4410
EXAM:MRI RIGHT HIP WO CONTRAST
DX:M25.551    REASON:RIGHT HIP PAIN
ORDERING:OMAR BELL, MD    NPI:1234567893
"""
SECOND_ADDRESSES = """
IMAGING REFERRAL
Patient: June Alderson          DOB: 03/14/1962       Phone: 937-555-0163
Address: 77 Quiet Ln, Dayton, OH 45420
Emergency contact: Ray Alderson     Phone: 937-555-0199
Address: 5 Elm St, Xenia, OH 45385
PCP: Ruth Odell, MD        PCP Phone: 937-555-0188     PCP Fax: 937-555-0189
Policy holder: Ray Alderson     DOB: 05/01/1960      Relationship: spouse
Payer: Cigna       Payer address: PO Box 188, Chattanooga, TN 37422     Claims phone: 800-555-0120
Ordering provider: Omar Bell, MD     Phone: 937-555-0114     Fax: 937-555-0115
Address: 12 Mill Rd, Dayton, OH 45419
Send to: Lakeside Imaging     Phone: 937-555-0100     Fax: 937-555-0101
Reason for exam: Right hip pain and limp
"""
DATES = """
Riverbend Family Medicine
Date of Order: 11/02/2026           Visit date: 10/28/2026
Date of injury: 08/14/2026          Appt date: 11/20/2026
Patient: Alderson, June     DOB: 03/14/1962
Exam: MRI right hip
Signature: ______________   Date: 11/03/2026
Printed: 11/04/2026 09:12
Form revised 01/2024
"""
REASON_UNDER = """
ORDER FOR DIAGNOSTIC IMAGING
Patient: Alderson, June     DOB: 03/14/1962
Clinical history / reason for exam (required):
Right hip pain since August, worse on stairs, with a limp. Failed six weeks of
physical therapy. Rule out avascular necrosis of the
femoral head.
Exam requested: MRI right hip without contrast
"""
REASON_BESIDE = """
Patient          Alderson, June            DOB           03/14/1962
Indication       Right hip pain since August, worse on
                 stairs; rule out avascular necrosis
Exam             MRI right hip without contrast
Provider         Omar Bell, MD
"""
LETTER = """
Riverbend Family Medicine
12 Mill Rd, Dayton, OH 45419
Tel (937) 555-0114  Fax (937) 555-0115

November 2, 2026

Lakeside Imaging
400 Harbor Way, Dayton, OH 45402

RE: June M. Alderson   DOB: 03/14/1962

Dear Colleague:
Thank you for seeing Ms. Alderson, a 64-year-old woman who has had right hip pain and a limp since August.
She is insured with Aetna Medicare Advantage, member ID W758567166, group 77-4410. Prior authorization
number is A99812345. She can be reached at 937-555-0163. Please perform an MRI of the right hip.
Her primary care physician is Dr. Ruth Odell, who should get a copy of the report.

Sincerely,

Omar Bell, MD
NPI 1234567893
cc: Ruth Odell, MD
"""
NUMBERED = """
1. Patient Last Name          2. First Name            3. MI       4. DOB
Lopez Marin                   Ana                      R           03/14/1962
5. Sex     6. Home Phone            7. Chart #
F          937-555-0163             A-55812
8. Insurance Co.              9. ID No.                10. Group No.
Blue Cross Blue Shield        XYZ123456789             77-4410
11. Reason for Study
Right hip pain and limp
12. Ordering Physician        13. NPI #                14. Tel.          15. Fax
Omar Bell MD                  1234567893               937-555-0114      937-555-0115
"""
NAME_PARTS = """
Patient Name: Last ALDERSON   First JUNE   MI M        DOB: 03/14/1962
Physician Name: Last BELL   First OMAR                 NPI: 1234567893
Clinical Indication: Right hip pain and limp
"""
HEADS_CLOSE = """
IMAGING ORDERS
Last Name First Name DOB        Sex
Alderson  June       03/14/1962 F
Exam: MRI right hip
Reason: right hip pain and limp
Ordering MD: Omar Bell
"""
PORTAL = """
Referral #: 99812                          Status: Submitted
Referred From                              Referred To
Riverbend Family Medicine                  Lakeside Imaging
Omar Bell, MD                              400 Harbor Way, Dayton, OH 45402
Phone: 937-555-0114                        Phone: 937-555-0100
Fax: 937-555-0115                          Fax: 937-555-0101

Patient
Full name: Alderson, June          Birth date: Mar 14, 1962       Gender: Female
Mobile: 937-555-0163               Primary insurance: United Healthcare
Subscriber ID: 912345678           Group number: 77-4410
Service requested: MRI hip right without contrast
Reason for referral: Right hip pain and limp
"""
VETERANS = """
REQUEST FOR SERVICES
Veteran / Patient Name: ALDERSON, JUNE M           Date of Birth: 03/14/1962
Payer: VA Community Care                           Referral Number: VA0012345678
Ordering Provider's Name: Omar Bell, MD            Ordering Provider's NPI: 1234567893
Ordering Provider's Telephone Number: 937-555-0114
Ordering Provider's Secure Fax Number: 937-555-0115
Diagnosis (ICD-10 Code/Description): M25.551 Right hip pain
"""
DOTTED = """
PATIENT NAME.......: ALDERSON, JUNE
DATE OF BIRTH......: 03/14/1962
PRIMARY PAYOR......: CIGNA
POLICY ID..........: 3407451357
AUTH NO............: 8572867085
ATTENDING..........: ODELL, RUTH
ORDERING PHYSICIAN.: BELL, OMAR
DR NPI.............: 1234567893
REASON FOR EXAM....: RIGHT HIP PAIN AND LIMP
"""
DASHES = """
Name - June Alderson                 DOB - 03/14/1962
Cell-(937)555-0163                   Plan - Humana Gold Plus
Ins ID - 9403732130                  Grp - 77-4410
Referring MD - Omar Bell             Ph - 937-555-0114        Fx - 937-555-0115
Hx - Right hip pain and limp
"""
MRN_LIKE = """
SMITHVILLE HOSPITAL                   Acct #: 70012345     Visit #: 88123
Patient: ALDERSON, JUNE M             MR #: 00-55-81
Hosp #: 00-55-81                      DOB: 03/14/1962  64Y F
Attending: ODELL, RUTH MD             Ordering: BELL, OMAR MD
Accession: RAD-2026-991               Room: 412-B
Reason for Exam: RIGHT HIP PAIN
"""
