from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("自评")

    def ready(self) -> None:
        from assessments import (  # noqa: F401 - how their notices are put into words
            ledger_words,
            planning_words,
            review_words,
            signing_words,
        )
        from assessments.bell import count_with_person
        from assessments.campaigns import told  # noqa: F401 - the same

        count_with_person()
