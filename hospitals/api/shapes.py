"""How organisations and people look in JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api.bodies import Body, PageQuery
from hospitals.codes import clean_code, clean_region
from hospitals.forms import MOST_BEDS
from hospitals.models import Membership, Organisation

Kind, Grade = Organisation.Kind, Organisation.Grade
KINDS = [kind.value for kind in Kind]
GRADES = [grade.value for grade in Grade]
OWNERSHIPS = [one.value for one in Organisation.Ownership]
TYPES = [one.value for one in Organisation.HospitalType]


class OrganisationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    name = serializers.CharField()
    name_en = serializers.CharField()
    parent = serializers.UUIDField(  # type: ignore[assignment]  # only the name of a field
        allow_null=True, help_text=_("上级机构；不在可查看范围内时为空")
    )
    parent_name = serializers.CharField()
    region = serializers.CharField(help_text=_("行政区划代码，六位（GB/T 2260）"))
    code = serializers.CharField(help_text=_("机构代码"))
    grade = serializers.ChoiceField(GRADES)
    ownership = serializers.ChoiceField(OWNERSHIPS)
    hospital_type = serializers.ChoiceField(TYPES)
    beds = serializers.IntegerField(allow_null=True, help_text=_("编制床位"))
    created_at = serializers.DateTimeField()


class OrganisationQuery(PageQuery):
    kind = serializers.ChoiceField(KINDS, required=False)
    under = serializers.UUIDField(required=False, help_text=_("只列此机构之下的"))
    search = serializers.CharField(required=False, max_length=100, help_text=_("名称或机构代码"))
    region = serializers.RegexField(
        r"^[0-9]{2,6}$", required=False, max_length=6, help_text=_("行政区划代码或其前几位")
    )
    grade = serializers.ChoiceField([one for one in GRADES if one], required=False)
    ownership = serializers.ChoiceField(OWNERSHIPS, required=False)
    hospital_type = serializers.ChoiceField([one for one in TYPES if one], required=False)


class OrganisationFields(Body):
    name = serializers.CharField(max_length=120)
    name_en = serializers.CharField(max_length=160, allow_blank=True, required=False)
    region = serializers.CharField(allow_blank=True, required=False, max_length=6)
    code = serializers.CharField(max_length=22, allow_blank=True, required=False)
    grade = serializers.ChoiceField(GRADES, required=False)
    ownership = serializers.ChoiceField(OWNERSHIPS, required=False)
    hospital_type = serializers.ChoiceField(TYPES, required=False)
    beds = serializers.IntegerField(min_value=1, max_value=MOST_BEDS, allow_null=True, required=False)

    def validate_region(self, given: str) -> str:
        return clean_region(given)

    def validate_code(self, given: str) -> str:
        return clean_code(given)


#: what only a hospital has
OF_A_HOSPITAL = ("grade", "ownership", "hospital_type", "beds", "code")


def refuse_for_bureaus(given: Iterable[str]) -> None:
    if wrong := [name for name in OF_A_HOSPITAL if name in given]:
        raise serializers.ValidationError({name: [gettext("只有医疗机构有这一项。")] for name in wrong})


class NewOrganisationBody(OrganisationFields):
    parent = serializers.UUIDField(  # type: ignore[assignment]
        help_text=_("您管理的卫生健康行政部门")
    )
    kind = serializers.ChoiceField([Kind.HOSPITAL.value, Kind.CITY.value])

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["kind"] == Kind.CITY:
            refuse_for_bureaus(given)
        return given


class OrganisationChangesBody(OrganisationFields):
    pass


class DepartmentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)


class PlaceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    name = serializers.CharField()


class MembershipSerializer(serializers.Serializer[Any]):
    organisation = PlaceSerializer()
    role = serializers.ChoiceField([role.value for role in Membership.Role])
    department = serializers.UUIDField(allow_null=True)
    until = serializers.DateField(allow_null=True)


class TokenSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


class MeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    username = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    memberships = MembershipSerializer(many=True)
    token = TokenSerializer(allow_null=True, help_text=_("正在使用的令牌；以登录会话访问时为空"))
