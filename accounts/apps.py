from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    default = True
    verbose_name = _("账号")


class BackOfficeConfig(admin_apps.AdminConfig):
    """Django's admin behind the check of the system role."""

    default = False
    default_site = "accounts.back_office.BackOffice"
    verbose_name = _("系统后台")
