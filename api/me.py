"""Who I am: the account, its posts, what it may do, and the token of its pages."""

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import Connection, select

from api.auth import SESSION
from api.csrf import csrf_token
from api.deps import Asked
from warehouse.rights import Act, Grant
from warehouse.tables import units

router = APIRouter(tags=["me"])


class UnitNamed(BaseModel):
    """A unit by its code and name."""

    code: str
    name: str


class Post(BaseModel):
    """What one post (or API client) gives: acts, and how far they reach. `units`: with all below them."""

    assignment: int | None
    acts: list[Act]
    units: list[UnitNamed]
    fields_of_activity: list[str] | None
    classes: list[str]


class Me(BaseModel):
    """`csrf_token`: to be sent as X-CSRF-Token with every change; null for who sends a bearer token."""

    who: str
    acts: list[Act]
    posts: list[Post]
    csrf_token: str | None


@router.get("/me")
def me(asked: Asked) -> Me:
    """Tell who asks, in which posts, and what they may do."""
    grants = asked.actor.grants or ()
    with asked.read() as connection:
        posts = [_post(connection, grant) for grant in grants]
    session = asked.request.cookies.get(SESSION)
    by_session = session is not None and "Authorization" not in asked.request.headers
    return Me(
        who=asked.actor.who,
        acts=sorted({act for grant in grants for act in grant.acts}),
        posts=posts,
        csrf_token=csrf_token(session or "") if by_session else None,
    )


def _post(connection: Connection, grant: Grant) -> Post:
    reach = grant.reach
    query = select(units).where(units.c.id.in_(sorted(reach.units))).order_by(units.c.code)
    reached = connection.execute(query).all()
    return Post(
        assignment=grant.assignment_id,
        acts=sorted(grant.acts),
        units=[UnitNamed(code=u.code, name=u.name) for u in reached if u.parent_id not in reach.units],
        fields_of_activity=None if reach.fields is None else sorted(reach.fields),
        classes=sorted(reach.classes),
    )
