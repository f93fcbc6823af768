"""Who may do what with organisations and people. Each check returns None or raises the reason.

Seeing comes first and is not decided here: ``access.visible_organisations(user)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from hospitals import access
from hospitals.access import Person, Role
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal

Kind = Organisation.Kind
BUREAUS = (Kind.PROVINCE, Kind.CITY)

#: roles that exist in an organisation of a kind; the system role is granted in the back office alone
ROLES_IN: dict[str, tuple[Role, ...]] = {
    Kind.HOSPITAL: (
        Role.QUALITY_LEAD,
        Role.CONTRIBUTOR,
        Role.DATA_ENGINEER,
        Role.DIRECTOR,
        Role.CONSULTANT,
        Role.AUDITOR,
        Role.SECURITY_ADMIN,
    ),
    Kind.PROVINCE: (Role.BUREAU_MANAGER, Role.REVIEWER, Role.AUDITOR, Role.SECURITY_ADMIN),
    Kind.CITY: (Role.BUREAU_MANAGER, Role.REVIEWER, Role.AUDITOR, Role.SECURITY_ADMIN),
    Kind.CONSULTANCY: (Role.CONSULTANT, Role.AUDITOR, Role.SECURITY_ADMIN),
}
#: roles that keep others honest: held by nobody who works with assessments, and granted by security alone
APART = (Role.AUDITOR, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN)
#: the role that runs an organisation, and of which one person must remain
LEADS = {Kind.HOSPITAL: Role.QUALITY_LEAD, Kind.PROVINCE: Role.BUREAU_MANAGER, Kind.CITY: Role.BUREAU_MANAGER}


def lead_role(organisation: Organisation) -> str:
    return LEADS.get(Kind(organisation.kind), Role.SECURITY_ADMIN)


def administers(user: Person, organisation: Organisation) -> bool:
    """Manages the people and departments of this very organisation."""
    return access.holds(user, organisation, lead_role(organisation), Role.SECURITY_ADMIN)


def grantable_roles(user: Person, organisation: Organisation) -> tuple[Role, ...]:
    """Roles this person may give in this organisation, in the order of the form."""
    here = ROLES_IN[organisation.kind]
    if access.holds(user, organisation, Role.SECURITY_ADMIN):
        return here
    if access.holds(user, organisation, lead_role(organisation)):
        return tuple(role for role in here if role not in APART)
    if _may_found(user, organisation):
        return (Role(lead_role(organisation)),)
    return ()


def _may_found(user: Person, organisation: Organisation) -> bool:
    """A bureau manager names the first lead of an organisation beneath that has none."""
    return (
        access.oversees(user, organisation, Role.BUREAU_MANAGER) and not leads_in_force(organisation).exists()
    )


def leads_in_force(organisation: Organisation) -> Any:
    return Membership.objects.in_force().filter(
        organisation=organisation, role=lead_role(organisation), user__is_active=True
    )


def check_can_engage(user: Person, hospital: Organisation) -> None:
    """Engaging a consultancy, and ending it: the hospital's own decision."""
    if hospital.kind != Kind.HOSPITAL:
        raise Refusal(_("只有医疗机构可以委托咨询机构。"))
    if not access.holds(user, hospital, Role.QUALITY_LEAD):
        raise Refusal(_("委托咨询机构由本院质控负责人进行。"))


def check_can_administer(user: Person, organisation: Organisation) -> None:
    if not administers(user, organisation):
        raise Refusal(_("科室与人员由本单位的负责人（质控负责人或卫健委管理员）或安全管理员管理。"))


def check_can_invite(user: Person, organisation: Organisation) -> None:
    if administers(user, organisation) or _may_found(user, organisation):
        return
    if access.oversees(user, organisation, Role.BUREAU_MANAGER):
        raise Refusal(_("该机构已有负责人，人员由其自行管理。"))
    check_can_administer(user, organisation)


def check_can_grant(user: Person, organisation: Organisation, role: str, to: User | None) -> None:
    """``to``: None for an account still to be made. Queries: the other roles of the person."""
    check_can_invite(user, organisation)
    if role not in ROLES_IN[organisation.kind]:
        raise Refusal(_("这类机构没有“%(role)s”这一角色。") % {"role": Role(role).label})
    if role not in grantable_roles(user, organisation):
        raise Refusal(_("“%(role)s”角色只能由安全管理员授予。") % {"role": Role(role).label})
    if to is None:
        return
    if to.pk == user.pk:
        raise Refusal(_("不能给自己授予或更改角色，请由另一位管理人员操作。"))
    check_roles_stay_apart(to, role)


def check_roles_stay_apart(user: User, role: str, *, instead_of: Membership | None = None) -> None:
    """Auditor, security and system administrators hold no other role anywhere."""
    others = Membership.objects.in_force().filter(user=user)
    if instead_of is not None:
        others = others.exclude(pk=instead_of.pk)
    held = {membership.role for membership in others} - {role}
    if role in APART and held:
        raise Refusal(
            _("“%(role)s”须由专人担任，%(person)s目前还有其他角色（%(held)s）。")
            % {"role": Role(role).label, "person": user, "held": _names(held)}
        )
    if role not in APART and held & set(APART):
        raise Refusal(
            _("%(person)s担任“%(held)s”，须由专人担任，不能兼任其他角色。")
            % {"person": user, "held": _names(held & set(APART))}
        )


def _names(roles: Iterable[str]) -> str:
    return _("、").join(str(Role(role).label) for role in sorted(roles))


def check_can_change_member(user: Person, membership: Membership) -> None:
    check_can_administer(user, membership.organisation)
    if membership.revoked_at is not None:
        raise Refusal(_("这项角色已被撤销，请刷新页面。"))
    if membership.user_id == user.pk:
        raise Refusal(_("不能更改或撤销自己的角色，请由另一位管理人员操作。"))
    if membership.role == Role.SYSTEM_ADMIN:
        raise Refusal(_("系统管理员的角色在系统后台管理。"))
    if membership.role not in grantable_roles(user, membership.organisation):
        raise Refusal(
            _("“%(role)s”角色只能由安全管理员更改或撤销。") % {"role": membership.get_role_display()}
        )


def check_leaves_a_lead(membership: Membership) -> None:
    """The last lead stays. Call with the organisation's row locked; one query."""
    organisation = membership.organisation
    if membership.role != lead_role(organisation) or organisation.kind == Kind.CONSULTANCY:
        return
    if not leads_in_force(organisation).exclude(pk=membership.pk).exists():
        raise Refusal(
            _("%(person)s是本单位最后一位%(role)s，不能撤销或更改。请先邀请另一位%(role)s。")
            % {"person": membership.user, "role": membership.get_role_display()}
        )


def check_can_reset_password(user: Person, membership: Membership) -> None:
    """Only for people who work nowhere else: a new password opens every organisation of the person."""
    check_can_change_member(user, membership)
    elsewhere = (
        Membership.objects.in_force().filter(user_id=membership.user_id).select_related("organisation")
    )
    for other in elsewhere:
        if not administers(user, other.organisation) or other.role not in grantable_roles(
            user, other.organisation
        ):
            raise Refusal(
                _("%(person)s在其他单位或以其他角色也使用这个账号，密码只能由系统管理员在系统后台重置。")
                % {"person": membership.user}
            )


def check_can_edit(user: Person, organisation: Organisation) -> None:
    """Name, grade, beds: the organisation itself, or the bureau above."""
    if access.holds(user, organisation, lead_role(organisation)) or access.oversees(
        user, organisation, Role.BUREAU_MANAGER
    ):
        return
    raise Refusal(_("机构信息由本单位负责人或上级卫健委管理员维护。"))


def bureaus_managed_by(user: Person) -> Any:
    """Bureaus under which the person may create organisations: the own ones and those beneath."""
    condition = Q(pk__in=[])
    for organisation in access.organisations_where(user, [Role.BUREAU_MANAGER]):
        condition |= Q(path__startswith=organisation.path)
    return Organisation.objects.filter(condition, kind__in=BUREAUS)


def check_can_create(user: Person, parent: Organisation | None = None) -> None:
    managed = access.organisations_where(user, [Role.BUREAU_MANAGER])
    if not managed:
        raise Refusal(_("新建机构由卫健委管理员进行。"))
    if parent is not None and (
        parent.kind not in BUREAUS or not any(parent.path.startswith(own.path) for own in managed)
    ):
        raise Refusal(_("只能在您管理的卫生健康行政部门之下新建机构。"))


def allowed(check: Callable[..., None], *args: Any, **kwargs: Any) -> bool:
    try:
        check(*args, **kwargs)
    except Refusal:
        return False
    return True


def check_can_use_back_office(user: Person) -> None:
    if not access.may_use_back_office(user):
        raise Refusal(_("系统后台仅供系统管理员使用。"))


def check_can_keep_consortia(user: Person, bureau: Organisation) -> None:
    """The manager of the bureau or of one above it."""
    if bureau.kind not in BUREAUS:
        raise Refusal(_("医联体由卫生健康行政部门管理。"))
    own = access.organisations_where(user, [Role.BUREAU_MANAGER])
    if not any(bureau.path.startswith(one.path) for one in own):
        raise Refusal(_("医联体由卫生健康行政部门的管理员维护。"))
