"""The staff of a run, and who has lost which right since when."""

from datetime import datetime

from django.contrib.auth.models import Group, User

OPERATORS = ("olga", "otto")
APPROVERS = ("anna", "axel")


class People:
    """Two who ask and two who agree; `lost` tells since when somebody has no rights."""

    def __init__(self) -> None:
        self.lost: dict[int, datetime] = {}

    @staticmethod
    def hire() -> None:
        """Make them, in the beginning of all runs."""
        for role, names in (("operator", OPERATORS), ("approver", APPROVERS)):
            for name in names:
                person = User.objects.create_user(name, is_staff=True)
                person.groups.add(Group.objects.get(name=role))

    def named(self, name: str) -> User:
        """Return a person as they are now, with the rights they have now."""
        return User.objects.get(username=name)

    def bring_back(self, now: datetime) -> None:
        """Give everybody who lost their rights what they had."""
        names = User.objects.filter(pk__in=self.lost).order_by("pk")
        for name in names.values_list("username", flat=True) if self.lost else ():
            self.change(name, "enable", now)
            self.change(name, "restore", now)

    def change(self, name: str, how: str, now: datetime) -> None:
        """Take a right away or give it back: `disable`, `enable`, `revoke` or `restore`."""
        person = self.named(name)
        role = Group.objects.get(name="operator" if name in OPERATORS else "approver")
        if how in {"disable", "enable"}:
            person.is_active = how == "enable"
            person.save(update_fields=["is_active"])
        elif how == "revoke":
            person.groups.remove(role)
        else:
            person.groups.add(role)
        if person.is_active and person.groups.exists():
            self.lost.pop(person.pk, None)
        else:
            self.lost.setdefault(person.pk, now)
