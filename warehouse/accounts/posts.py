"""Posts of users: a role in a unit, for fields of activity and classes, from a day to a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypedDict, get_args

from sqlalchemy import Connection, insert, select, update

from warehouse.accounts.managing import lock_managed, require_giving
from warehouse.audit import write_entry
from warehouse.codes.dates import today
from warehouse.errors import Conflict, NotFound, UsageError
from warehouse.fields_of_activity import field_names
from warehouse.rights import CLASSES, USUAL_CLASSES, Actor, Role
from warehouse.tables import assignments, units
from warehouse.units import unit_in_force
