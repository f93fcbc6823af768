"""What each role may do, in one sentence each: shown where a role is chosen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hospitals.models import Membership

Role = Membership.Role

WHAT_IT_MAY = {
    Role.QUALITY_LEAD: _("发起、分配、填写并提交自评，管理本院科室与人员。"),
    Role.CONTRIBUTOR: _("填写分配给本人或本科室的项目，查看本院全部项目。"),
    Role.DATA_ENGINEER: _("填写全部项目的数据与统计口径。"),
    Role.DIRECTOR: _("查看本院自评、结果与报告，不填写。"),
    Role.CONSULTANT: _("协助填写全部项目，不能提交。建议设有效期。"),
    Role.BUREAU_MANAGER: _("新建下级机构，查看并接收或退回已提交的自评，管理本单位人员。"),
    Role.REVIEWER: _("查看并接收或退回已提交的自评。"),
    Role.AUDITOR: _("查看操作记录，不能查看自评数据。须由专人担任。"),
    Role.SECURITY_ADMIN: _("管理人员与角色，不能查看自评数据。须由专人担任。"),
    Role.SYSTEM_ADMIN: _("使用系统后台，不能查看自评数据。须由专人担任。"),
}
