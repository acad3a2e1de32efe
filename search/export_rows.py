"""The rows of an export: a heading, then one record each, read from the catalogue a few hundred at a time."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, RowMapping, select

from warehouse.catalogue import validity_of
from warehouse.codes.dates import today
from warehouse.masks import masked, masked_in
from warehouse.records import OUT_OF_USE
from warehouse.rights import Scope
from warehouse.tables import records, units
from warehouse.values import Values, values_of

READ_AT_ONCE = 500

FIELDS: Mapping[str, str] = {
    "doc_type": "Loại giấy tờ", "result_type": "Mã loại kết quả", "reference_number": "Số, ký hiệu",
    "issuing_agency": "Cơ quan ban hành", "issued_on": "Ngày ban hành", "subject": "Trích yếu",
    "signer": "Người ký", "holder_name": "Chủ giấy tờ", "holder_birth_date": "Ngày sinh",
    "holder_id": "Số giấy tờ của chủ", "dossier_code": "Mã hồ sơ TTHC",
}  # fmt: skip
HEADING = (
    "Mã trong kho", *FIELDS.values(), "Mã đơn vị", "Đơn vị lưu giữ", "Trạng thái", "Bàn giao", "Hiệu lực hôm nay",
)  # fmt: skip
STATES = {
    "registered": "Đã đăng ký", "reading": "Đang đọc", "needs_review": "Cần xem", "ready": "Đã đọc",
    "approved": "Đã duyệt", "returned": "Trả lại", "metadata_only": "Chỉ có dữ liệu đặc tả",
}  # fmt: skip
AVAILABILITY = {"released": "Đã bàn giao", "hidden": "Chưa bàn giao"}
VALIDITY = {
    "in_force": "Còn hiệu lực", "expired": "Hết hiệu lực", "ended": "Đã chấm dứt", "not_yet": "Chưa có hiệu lực",
    "unknown": "Chưa rõ",
}  # fmt: skip


def rows_of(
    connection: Connection, scope: Scope, public_ids: Sequence[str], written: list[str], *, in_full: bool
) -> Iterator[Sequence[str]]:
    """The heading, and those of the records that the scope still allows; `written` is filled with their ids.

    `in_full`: identity numbers are not masked.
    """
    yield HEADING
    allowed = (scope.allows_record(), records.c.work.not_in(OUT_OF_USE))
    for start in range(0, len(public_ids), READ_AT_ONCE):
        asked = records.c.public_id.in_(public_ids[start : start + READ_AT_ONCE])
        query = select(records, units.c.code.label("unit"), units.c.name.label("unit_name"))
        query = query.join(units, units.c.id == records.c.custodian_id).where(asked, *allowed)
        found = connection.execute(query.order_by(records.c.public_id)).mappings().all()
        shown = values_of(connection, [row["id"] for row in found], FIELDS)
        for row in found:
            written.append(row["public_id"])
            yield _row(row, shown[row["id"]], in_full=in_full)


def _row(row: RowMapping, shown: Values, *, in_full: bool) -> Sequence[str]:
    fields = {name: shown.text(name) or "" for name in FIELDS}
    for name in ("issued_on", "holder_birth_date"):
        fields[name] = "/".join(reversed(fields[name].split("-")))
    if not in_full:
        fields |= {
            "holder_id": masked(fields["holder_id"]),
            "subject": masked_in(fields["subject"]),
        }
    return (
        row["public_id"],
        *fields.values(),
        row["unit"],
        row["unit_name"],
        STATES.get(row["work"], row["work"]),
        AVAILABILITY[row["availability"]],
        VALIDITY[validity_of(row).status(today())],
    )
