"""Counts of a made-up hospital's three months, in proportion to its beds."""

from __future__ import annotations

from random import Random

#: base key -> count per 1,000 beds in three months (or, for small numbers, in all)
PER_THOUSAND_BEDS = {
    "discharges": 14_200,
    "discharge_records": 14_200,
    "inpatient_laboratory_tests": 182_000,
    "inpatient_examinations": 41_500,
    "order_execution_records": 1_960_000,
    "outpatient_prescriptions": 318_000,
    "outpatient_laboratory_tests": 226_000,
    "outpatient_examinations": 98_000,
    "outpatient_visits": 402_000,
    "examinations": 139_500,
    "examinations_with_images": 102_300,
    "laboratory_tests": 408_000,
    "treatments": 61_800,
    "operations": 6_900,
    "monitors": 310,
    "transfusions": 2_150,
    "stored_records": 171_000,
    "bookings": 268_000,
    "referrals": 1_240,
    "surveys": 8_600,
    "follow_ups": 10_900,
    "contracted_patient_services": 3_400,
    "laboratory_result_rows": 2_450_000,
    "admission_notes_and_reports": 118_000,
    "discharges_thirty_days_old": 21_900,
    "consortium_referrals": 3_900,
    "cases_in_scope_of_ai": 26_400,
}

#: base key -> (least, most), whatever the size of the hospital
ABOUT = {
    "surgical_departments": (9, 18),
    "all_subsystems": (38, 64),
    "relevant_subsystems_authentication": (14, 26),
    "relevant_subsystems_recovery": (12, 24),
    "specified_indicators": (96, 180),
    "all_systems": (22, 40),
    "data_sharing_projects": (4, 16),
    "tables_with_patient_data": (600, 2_400),
    "accounts_with_patient_data": (900, 3_200),
    "systems_with_patient_data": (18, 44),
    "secondary_use_projects": (5, 30),
    "staff_with_ai_accounts": (60, 420),
    "departments_using_ai": (4, 19),
    "model_site_combinations": (3, 14),
    "ai_contracts": (2, 9),
}


def figure(key: str, beds: int, random: Random) -> int:
    """A believable count: in proportion to the beds, give or take a tenth, never a round number by design."""
    if key in PER_THOUSAND_BEDS:
        return max(12, int(PER_THOUSAND_BEDS[key] * beds / 1000 * random.uniform(0.9, 1.1)))
    least, most = ABOUT[key]
    return random.randint(least, most)
