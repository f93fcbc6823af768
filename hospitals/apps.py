from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HospitalsConfig(AppConfig):
    name = "hospitals"
    verbose_name = _("机构")

    def ready(self) -> None:
        """Answer what the apps below ask, now that the models are there."""
        from accounts.policy import policy
        from audit.fact_values import VALUES
        from audit.readers import readers
        from hospitals import access
        from hospitals.models import Membership, Organisation

        policy.may_use_back_office = access.may_use_back_office
        policy.chain_of = access.home_chain_of
        readers.reach_of = access.trail_reach_of
        for codes in (Membership.Role, Organisation.Kind, Organisation.Ownership):
            VALUES.update({code.value: code.label for code in codes})
