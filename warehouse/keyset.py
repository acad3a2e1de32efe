"""Pages of a long list by the values of its order: the millionth costs what the first does."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, tuple_


def behind(
    query: Select[Any],
    order: Sequence[ColumnElement[Any]],
    after: Sequence[object] | None,
    limit: int,
    *,
    newest_first: bool = False,
) -> Select[Any]:
    """The rows behind the one whose `order` values are `after` (None: from the beginning).

    One more row than `limit`, so that the asker sees whether the list goes on. The columns of `order` are
    never NULL, and together unique.
    """
    if after is not None:
        here = tuple_(*order)
        query = query.where(here < tuple(after) if newest_first else here > tuple(after))
    sorted_by = [column.desc() for column in order] if newest_first else list(order)
    return query.order_by(*sorted_by).limit(limit + 1)
