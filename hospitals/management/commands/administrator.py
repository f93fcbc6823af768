"""The first person of a new installation: a system administrator with a one-time password."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.registering import LoginNameTaken, create_account
from audit.command_line import BadInput, FileCommand
from hospitals.models import Membership, Organisation
from hospitals.trail import record_here


class Command(FileCommand):
    help = "create a system administrator; the back office does the rest"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="login name")
        parser.add_argument("--name", required=True, help="the person's name")
        parser.add_argument(
            "--organisation", required=True, help="name of the organisation; made when there is none"
        )
        parser.add_argument(
            "--kind",
            choices=[Organisation.Kind.PROVINCE.value, Organisation.Kind.HOSPITAL.value],
            default=Organisation.Kind.HOSPITAL.value,
            help="what kind of organisation is made (default: %(default)s)",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        name = options["organisation"].strip()
        if not name or not options["name"].strip() or not options["username"].strip():
            raise BadInput(_("登录名、姓名和机构名称都不能为空。"))
        found = list(Organisation.objects.filter(name=name)[:2])
        if len(found) > 1:
            raise BadInput(_("有多个名为“%(name)s”的机构，请在系统后台操作。") % {"name": name})
        if found:
            organisation = found[0]
        else:
            organisation = Organisation.objects.create(kind=options["kind"], name=name)
            record_here(
                verb="organisation.created",
                by=None,
                subject=organisation,
                facts={"name": name, "kind": organisation.kind},
            )
        try:
            user, password = create_account(
                by=None, username=options["username"], name=options["name"], chain=str(organisation.public_id)
            )
        except LoginNameTaken as taken:
            raise BadInput(str(taken)) from taken
        role = Membership.Role.SYSTEM_ADMIN
        membership = Membership.objects.create(user=user, organisation=organisation, role=role)
        record_here(
            verb="member.invited",
            by=None,
            subject=membership,
            facts={"person": user.name, "login": user.username, "role": role.value, "existing": False},
        )
        self.stdout.write(_("登录名：%(name)s") % {"name": user.username})
        self.stdout.write(_("一次性密码（只显示这一次）：%(password)s") % {"password": password})
