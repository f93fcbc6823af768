from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("报告")

    def ready(self) -> None:
        from reports.comparing import told  # noqa: F401 - registers how its notices are put into words
        from reports.listening import listen

        listen()
