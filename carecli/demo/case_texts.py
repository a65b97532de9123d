"""What customers and agents write in cases: short, invented sentences."""

from __future__ import annotations

from random import Random

SUBJECTS: dict[str, tuple[str, ...]] = {
    "refund_missing": ("Refund not received", "Where is my refund?", "Credit still missing"),
    "deposit_return": ("Deposit after moving out", "Return of my deposit"),
    "double_charge": ("Charged twice this month", "Two debits for one invoice"),
    "final_invoice": ("Final invoice too high", "Question on the closing invoice"),
    "address_change": ("New address", "Please change my postal address"),
    "tariff_change": ("Change of tariff", "Switch to the green tariff"),
    "contract_copy": ("Copy of my contract", "Contract documents"),
    "data_request": ("Which data do you hold?", "Access to my data"),
    "cancellation": ("Cancel my contract", "Cancellation at the end of the month"),
    "boiler_fault": ("Boiler shows error E4", "No hot water since morning"),
    "thermostat_offline": ("Thermostat offline", "Thermostat lost the wireless network"),
    "smart_meter": ("Smart meter sends nothing", "Reading of the smart meter"),
    "app_login": ("Cannot log in to the app", "Password reset does not arrive"),
    "appointment": ("Technician did not come", "New appointment please"),
    "outage_question": ("Is there an outage in our street?", "Power is gone again"),
    "complaint": ("Very long wait on the phone", "Third time I write about this"),
    "praise": ("Thank you!", "Friendly technician"),
}
ANY_SUBJECT = ("Question about my account", "Follow-up to our call")
UNICODE_SUBJECT = "Zählerstand für die Küche – Ελλάδα 熱水器 🔥"
MARKUP_SUBJECT = "[/b] invoice [red]"
SCRUBBED = "SCRUBBED"

OPENINGS = (
    "Hello, please look into this for me.",
    "Good morning, I need help with the matter above.",
    "I wrote before and would like to know how it stands.",
    "Could you check this, please? Thank you.",
)
REPLIES = (
    "Thank you for writing. I have checked your account and corrected it.",
    "I have looked into this; you will see the change tomorrow.",
    "This is settled now. Please tell us if anything is missing.",
    "I have arranged it with the colleagues in charge.",
)
QUESTIONS = (
    "Could you send us the meter number, please?",
    "Please tell us the date you moved.",
    "Would you send a photo of the display?",
)
ANSWERS = ("Here it is.", "As asked, see below.", "Sorry for the delay, this is the number.")
THANKLESS = ("It still does not work.", "I do not see the change yet.", "The amount is still wrong.")
NOTES = (
    "Waiting for the payment provider.",
    "Checked with the grid operator.",
    "Needs a second look.",
    "Handed over to Tier 2.",
)
PRAISE = ("Quick and friendly.", "All good, thank you.", "Solved at once.")
BLAME = ("Took far too long.", "My question was not answered.", "Had to explain it twice.")


def subject(rng: Random, issue: str, number: int) -> str:
    """The subject of the case with that running number; two kinds of odd ones are planted."""
    plain = rng.choice(SUBJECTS.get(issue, ANY_SUBJECT))
    if number % 997 == 5:
        return UNICODE_SUBJECT
    return MARKUP_SUBJECT if number % 1009 == 7 else plain
