"""The people who work in the demo shop, in Cognito: one for each role."""

from dataclasses import dataclass
from typing import Any, Final

# For a user pool that exists on this machine alone.
PASSWORD: Final = "Saffron-Lane-2026"


@dataclass(frozen=True, slots=True)
class Member:
    """Signs in with `email`; `role` is the Cognito group."""

    role: str
    name: str

    @property
    def email(self) -> str:
        return f"{self.role}@saffronlane.example"


STAFF: Final = (
    Member("owner", "Asha Rao"),
    Member("manager", "Vikram Shetty"),
    Member("agent", "Meera Iyer"),
    Member("packer", "Joseph D’Souza"),
    Member("accountant", "Farah Khan"),
    Member("viewer", "Dev Patel"),
)


def hire(cognito: Any, user_pool_id: str) -> None:
    """Add those who are not there yet, with a password that does not have to be changed."""
    for member in STAFF:
        who = {"UserPoolId": user_pool_id, "Username": member.email}
        try:
            cognito.admin_create_user(
                **who,
                UserAttributes=[
                    {"Name": "email", "Value": member.email},
                    {"Name": "email_verified", "Value": "true"},
                    {"Name": "name", "Value": member.name},
                ],
                MessageAction="SUPPRESS",
            )
        except cognito.exceptions.UsernameExistsException:
            continue
        cognito.admin_set_user_password(**who, Password=PASSWORD, Permanent=True)
        cognito.admin_add_user_to_group(**who, GroupName=member.role)
