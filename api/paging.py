"""Pages of lists: how many at a time, behind which one. A cursor is opaque: the order's values, packed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import to_json

from warehouse.errors import UsageError

MOST = 200
GREATEST = 2**63 - 1

Item = TypeVar("Item")
Row = TypeVar("Row")


class Listed(BaseModel, Generic[Item]):
    """One page of a list. `next` is the cursor of the next one, null at the end."""

    items: list[Item]
    next: str | None


class Window:
    """The page that was asked for."""

    def __init__(
        self,
        limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most.")] = 50,
        cursor: Annotated[str | None, Query(max_length=500, description="`next` of the page before.")] = None,
    ) -> None:
        self.limit = limit
        self._cursor = cursor

    def after(self, *types: Any) -> tuple[Any, ...] | None:
        """The values behind which the page begins, of these types; None for the first page."""
        if self._cursor is None:
            return None
        try:
            packed = urlsafe_b64decode(self._cursor.encode("ascii"))
            values: tuple[Any, ...] = TypeAdapter(tuple[types]).validate_json(packed)  # type: ignore[valid-type]
        except (ValueError, ValidationError) as error:
            raise UsageError("bad_cursor") from error
        if not all(map(_is_storable, values)):
            raise UsageError("bad_cursor")
        return values

    def cut(
        self, rows: Sequence[Row], order_of: Callable[[Row], Sequence[object]]
    ) -> tuple[list[Row], str | None]:
        """What is shown of the rows, which are one too many if the list goes on; and the next cursor."""
        shown = list(rows[: self.limit])
        return shown, _packed(order_of(shown[-1])) if len(rows) > self.limit else None


Page = Annotated[Window, Depends()]


def _packed(values: Sequence[object]) -> str:
    return urlsafe_b64encode(to_json(list(values))).decode()


def _is_storable(value: object) -> bool:
    if isinstance(value, int):
        return abs(value) <= GREATEST
    return not isinstance(value, str) or "\0" not in value
