"""User admins say who may do what, of everybody but themselves, on record and at once."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from accounts_app.errors import NotPermitted
from accounts_app.models import Account, AuditEntry
from accounts_app.services import staff
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-and-unusual-password-of-tests"


def save(actor, person, *roles, **entries):
    """Send the form of a person's page with these roles ticked."""
    form = {
        "username": person.get_username(),
        "is_active": "on",
        "is_staff": "on",
        "groups": [Group.objects.get(name=role).pk for role in roles],
        "why": "Moved to another team",
        **entries,
    }
    form = {name: value for name, value in form.items() if value}
    return signed_in(actor).post(address(User, "change", person.pk), form)


def _act():
    """Return the one act about a person; that somebody is signed out is an entry of its own."""
    return AuditEntry.objects.get(action__startswith="user.")


def roles_of(person):
    return sorted(person.groups.values_list("name", flat=True))


def test_a_user_admin_changes_roles(user_admin, viewer):
    assert save(user_admin, viewer, "operator").status_code == 302
    assert roles_of(viewer) == ["operator"]


def test_it_is_one_entry_with_the_roles_before_and_after(user_admin, viewer):
    save(user_admin, viewer, "operator", "auditor")
    entry = _act()
    assert (entry.action, entry.actor, entry.object_id) == (
        *("user.roles_changed", user_admin),
        str(viewer.pk),
    )
    assert entry.before == {"roles": ["viewer"]}
    assert entry.after == {"roles": ["auditor", "operator"]}
    assert entry.reason == "Moved to another team"


def test_a_change_of_roles_ends_the_persons_sessions_and_nobody_elses(user_admin, viewer, operator):
    theirs, others = signed_in(viewer), signed_in(operator)
    save(user_admin, viewer, "operator")
    page = address(Account, "changelist")
    assert (theirs.get(page).status_code, others.get(page).status_code) == (302, 200)


def test_a_new_email_ends_no_session(user_admin, viewer):
    theirs = signed_in(viewer)
    save(user_admin, viewer, "viewer", email="vera@example.com")
    assert theirs.get(address(Account, "changelist")).status_code == 200
    assert _act().action == "user.changed"


def test_rights_count_from_the_next_request_even_without_the_page(viewer):
    theirs = signed_in(viewer)
    viewer.groups.clear()
    assert theirs.get(address(Account, "changelist")).status_code == 403


def test_who_leaves_is_made_inactive_and_signed_out(user_admin, viewer):
    theirs = signed_in(viewer)
    save(user_admin, viewer, "viewer", is_active="")
    viewer.refresh_from_db()
    assert viewer.is_active is False
    assert _act().action == "user.deactivated"
    assert theirs.get(reverse("admin:index")).status_code == 302


def test_a_form_without_a_change_leaves_no_entry(user_admin, viewer):
    save(user_admin, viewer, "viewer")
    assert not AuditEntry.objects.filter(action__startswith="user.").exists()


def test_nobody_changes_their_own_account(user_admin):
    answer = save(user_admin, user_admin, "user admin", "approver")
    assert answer.status_code == 403
    assert roles_of(user_admin) == ["user admin"]
    page = signed_in(user_admin).get(address(User, "change", user_admin.pk))
    assert "Save" not in text_of(page)


@pytest.mark.parametrize("name", ["viewer", "operator", "approver", "auditor"])
def test_the_other_roles_change_nobody(name, request, user_admin):
    person = request.getfixturevalue(name)
    assert save(person, user_admin, "viewer").status_code == 403
    with pytest.raises(NotPermitted):
        staff.refuse_unless_may_change(person, user_admin)
    with pytest.raises(NotPermitted):
        staff.refuse_unless_may_add(person)


def test_a_user_admin_does_not_touch_a_superuser_or_the_programme(user_admin, superuser):
    assert save(user_admin, superuser).status_code == 403
    assert save(user_admin, User.objects.get(username="system"), "approver").status_code == 403


def test_a_superuser_lets_a_user_admin_in_again(superuser, user_admin):
    assert save(superuser, user_admin, "user admin", "viewer").status_code == 302
    assert roles_of(user_admin) == ["user admin", "viewer"]


def test_a_superuser_is_given_no_role_that_acts(superuser):
    other = User.objects.create_superuser("other", password=PASSWORD)
    answer = save(superuser, other, "approver")
    assert "A superuser cannot be approver" in text_of(answer)
    assert roles_of(other) == []


def test_nobody_is_made_a_superuser_on_a_page(user_admin, viewer):
    save(user_admin, viewer, "viewer", is_superuser="on")
    viewer.refresh_from_db()
    assert viewer.is_superuser is False


def test_a_new_person_is_one_entry(user_admin):
    form = {"username": "new", "password1": PASSWORD, "password2": PASSWORD}
    answer = signed_in(user_admin).post(address(User, "add"), {**form, "usable_password": "true"})
    assert answer.status_code == 302
    entry = _act()
    assert (entry.action, entry.after["username"]) == ("user.created", "new")
    assert PASSWORD not in str(entry.after)


def test_a_password_that_others_set_is_one_entry_and_ends_the_sessions(user_admin, viewer):
    theirs = signed_in(viewer)
    page = reverse("admin:auth_user_password_change", args=[viewer.pk])
    form = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert signed_in(user_admin).post(page, form).status_code == 302
    assert _act().action == "user.password_set"
    assert theirs.get(address(Account, "changelist")).status_code == 302


def test_the_role_page_tells_what_it_may_and_who_has_it(auditor, approver):
    group = Group.objects.get(name="approver")
    text = text_of(signed_in(auditor).get(address(Group, "change", group.pk)))
    assert "Approve operations (not own)" in text
    assert approver.get_username() in text


def test_the_lists_cost_the_same_for_many(auditor, django_assert_max_num_queries):
    for number in range(12):
        User.objects.create_user(f"one-{number}").groups.add(Group.objects.get(name="viewer"))
    client = signed_in(auditor)
    for model in (User, Group):
        with django_assert_max_num_queries(12):
            assert client.get(address(model, "changelist")).status_code == 200


def test_the_page_is_headed_in_whole_words_in_french_too(user_admin, viewer, superuser):
    client = signed_in(user_admin)
    client.cookies["language"] = "fr"
    pages = {
        address(User, "add"): "Ajouter un utilisateur",
        address(User, "change", viewer.pk): "Modifier un utilisateur",
        address(User, "change", superuser.pk): "Un utilisateur",
    }
    assert {page: client.get(page).context["title"] for page in pages} == pages
