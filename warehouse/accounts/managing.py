"""Who may manage whose account.

An account belongs where its posts lie. Who manages the accounts of a tree of units manages those whose posts
all lie in it, and gives posts of clerks, officers and managers with the usual classes there; who manages its
programs too (an administrator) gives every role and class. Nobody manages the own account. A post that one may
not give shields its holder as well: to reset a password is to read what its owner reads.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, exists, select, true

from warehouse.accounts.grants import not_ended
from warehouse.accounts.names import sought
from warehouse.codes.dates import today
from warehouse.errors import Forbidden, NotFound
from warehouse.rights import USUAL_CLASSES, Act, Actor, Role, require, scope_of
from warehouse.tables import assignments, users

ROLES_OF_A_UNIT: frozenset[Role] = frozenset({"clerk", "officer", "manager"})


def lock_managed(connection: Connection, actor: Actor, login: str) -> RowMapping:
    """A user whom the actor manages, locked.

    Raises NotFound if the actor's tree holds none of that login, Forbidden if it holds not all of his posts.
    """
    user = find_user(connection, actor, login, lock=True)
    if user["id"] == actor.user_id:
        raise Forbidden("own_account")
    for post in posts_that_count(connection, user["id"]):
        require_giving(actor, post["unit_id"], post["role"], post["classes"])
    return user


def find_user(connection: Connection, actor: Actor, login: str, *, lock: bool = False) -> RowMapping:
    """A user who has a post where the actor manages accounts; raises NotFound."""
    require(actor, "manage_accounts")
    query = select(users).where(users.c.login == sought(login), in_tree(actor))
    user = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if user is None:
        raise NotFound("no_such_user", login=login)
    return user


def require_giving(actor: Actor, unit_id: int, role: Role, classes: Collection[str]) -> None:
    """Raise Forbidden unless the actor may give, and take, such a post."""
    if _reaches(actor, "manage_clients", unit_id):
        return
    usual = role in ROLES_OF_A_UNIT and USUAL_CLASSES.issuperset(classes)
    if not (usual and _reaches(actor, "manage_accounts", unit_id)):
        raise Forbidden("not_yours_to_give", role=role)


def in_tree(actor: Actor) -> ColumnElement[bool]:
    """The condition on users that at least one of their posts lies where the actor manages accounts.

    A post that ended counts as long as its holder has no other: somebody who left can be called back, but
    whoever moved away belongs to the new unit.
    """
    scope = scope_of(actor, "manage_accounts")
    if scope.everything:
        return true()
    theirs = assignments.c.user_id == users.c.id
    here = theirs & scope.allows_unit(assignments.c.unit_id)
    still = theirs & not_ended(assignments, today())
    return exists().where(here, still) | (exists().where(here) & ~exists().where(still))


def posts_that_count(connection: Connection, user_id: int) -> Sequence[RowMapping]:
    """The posts of a user that are not over; all there were if all are."""
    query = select(assignments).where(assignments.c.user_id == user_id)
    held = connection.execute(query.where(not_ended(assignments, today()))).mappings().all()
    return held or connection.execute(query).mappings().all()


def _reaches(actor: Actor, act: Act, unit_id: int) -> bool:
    scope = scope_of(actor, act)
    return scope.everything or any(unit_id in reach.units for reach in scope.reaches)
