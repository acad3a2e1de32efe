"""Users' accounts and their posts, for who manages accounts in a tree of units."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.deps import Asked, Listed, Page
from api.texts import Line
from warehouse.accounts import posts, users
from warehouse.accounts.passwords import FirstCode, new_first_code
from warehouse.accounts.posts import NewPost
from warehouse.rights import USUAL_CLASSES, Role

router = APIRouter(prefix="/users", tags=["users"])


class PostBody(BaseModel):
    """A post to be given: a role in a unit (code). `fields` null: all fields of activity; `valid_to`: last day."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"unit": "06184", "role": "clerk", "fields": ["civil_status"], "valid_to": None}]
        },
    )

    unit: Annotated[Line, Field(max_length=35)]
    role: Role
    fields: list[Line] | None = None
    classes: list[Line] = sorted(USUAL_CLASSES)
    valid_from: date | None = None
    valid_to: date | None = None

    def as_post(self) -> NewPost:
        """The same for the warehouse."""
        fields = None if self.fields is None else frozenset(self.fields)
        return NewPost(self.unit, self.role, fields, frozenset(self.classes), self.valid_from, self.valid_to)


class UserBody(BaseModel):
    """A new account with its first post."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"login": "lan", "full_name": "Hoàng Thị Lan", "post": {"unit": "06184", "role": "clerk"}}
            ]
        },
    )

    login: Annotated[Line, Field(max_length=64)]
    full_name: Line
    post: PostBody


class ResetBody(BaseModel):
    """`second_factor`: forget the telephone and the recovery codes, too; an administrator's right."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"second_factor": False}]})

    second_factor: bool = False


class StateBody(BaseModel):
    """Whether the account opens at all."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"state": "disabled"}]})

    state: Literal["active", "disabled"]


class Post(BaseModel):
    """A post; `post` is its number."""

    post: int
    unit: str
    role: Role
    fields: list[str] | None
    classes: list[str]
    valid_from: date
    valid_to: date | None


class User(BaseModel):
    """An account, with those of its posts that lie where the asker manages accounts.

    `must_change_password`: it opens with a first code alone. `locked`: for a while, after wrong passwords.
    """

    login: str
    full_name: str
    state: Literal["active", "disabled"]
    locked: bool
    must_change_password: bool
    second_factor: bool
    signed_in_at: AwareDatetime | None
    posts: list[Post]


class WithFirstCode(User):
    """`code`: to sign in with once; told this once, null if the request was sent before under the same key."""

    code: str | None
    code_until: AwareDatetime | None


@router.get("")
def list_them(
    asked: Asked,
    page: Page,
    unit: Annotated[
        str | None, Query(max_length=35, description="Only who holds a post in it (code).")
    ] = None,
) -> Listed[User]:
    """List the users who have a post where the asker manages accounts, by login."""
    with asked.read() as connection:
        found = users.list_users(connection, asked.actor, unit, page.after(str), page.limit)
    shown, following = page.cut(found, lambda user: [user["login"]])
    return Listed(items=[User.model_validate(user) for user in shown], next=following)


@router.post("", status_code=201)
def create(asked: Asked, body: UserBody) -> WithFirstCode:
    """Make a user's account. That a login is taken is told whoever has it; nothing else of accounts elsewhere is."""
    return _with_first_code(
        asked,
        body.login,
        lambda connection, first: users.add_user(
            connection, asked.actor, body.login, body.full_name, body.post.as_post(), first
        ),
    )


@router.get("/{login}")
def read_one(asked: Asked, login: str) -> User:
    """Read one user's account."""
    with asked.read() as connection:
        return User.model_validate(users.show_user(connection, asked.actor, login))


@router.post("/{login}/reset")
def reset(asked: Asked, login: str, body: ResetBody) -> WithFirstCode:
    """Let a user begin anew with a first code. All sessions of the user end."""
    return _with_first_code(
        asked,
        login,
        lambda connection, first: users.reset(
            connection, asked.actor, login, first, second_factor=body.second_factor
        ),
    )


@router.put("/{login}/state")
def set_state(asked: Asked, login: str, body: StateBody) -> User:
    """Disable an account, at once and everywhere, or enable it."""
    change = users.disable if body.state == "disabled" else users.enable
    with asked.write() as connection:
        change(connection, asked.actor, login)
        return User.model_validate(users.show_user(connection, asked.actor, login))


@router.post("/{login}/posts", status_code=201)
def assign(asked: Asked, login: str, body: PostBody) -> User:
    """Give a user a post. The very same one is not given twice."""

    def give(connection: Connection) -> users.User:
        posts.assign(connection, asked.actor, login, body.as_post())
        return users.show_user(connection, asked.actor, login)

    return User.model_validate(asked.once(give))


@router.delete("/{login}/posts/{post}")
def end(
    asked: Asked,
    login: str,
    post: Annotated[int, Path(ge=1, le=2**31 - 1)],
    last_day: Annotated[date | None, Query(description="Without it the post ends now.")] = None,
) -> User:
    """Let a user's post end."""
    with asked.write() as connection:
        posts.end_post(connection, asked.actor, login, post, last_day)
        return User.model_validate(users.show_user(connection, asked.actor, login))


def _with_first_code(
    asked: Asked, login: str, deed: Callable[[Connection, FirstCode], None]
) -> WithFirstCode:
    """Do it, and tell the code to this answer alone: what is kept for a request that comes again lacks it."""
    first = new_first_code(asked.services.settings.sign_in_rules)
    told: list[FirstCode] = []

    def act(connection: Connection) -> users.User:
        deed(connection, first)
        told.append(first)
        return users.show_user(connection, asked.actor, login)

    user = asked.once(act)
    return WithFirstCode(**user, code=first.code if told else None, code_until=first.until if told else None)
