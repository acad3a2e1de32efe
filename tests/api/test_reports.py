"""Figures for managers over HTTP: batches, progress, the queue."""

import pytest
from sqlalchemy import insert, select, update

from tests.api.conftest import Api, AsUser
from tests.api.papers import a_paper, batch_of
from tests.warehouse import desk
from warehouse.jobs import NewJob, enqueue
from warehouse.tables import jobs, manifest_problems
from warehouse.units import unit_in_force

OTHER = "22924"


def test_a_manager_sees_the_account_of_each_batch_of_the_own_units(api: Api, as_user: AsUser) -> None:
    batches = [batch_of(api, a_paper(api)) for _ in range(3)]
    foreign = batch_of(api, a_paper(api, unit=OTHER))
    manager = as_user("manager")
    first = manager.get("/api/v1/batches", params={"limit": "2"}).json()
    second = manager.get("/api/v1/batches", params={"cursor": first["next"]}).json()
    assert [item["batch"] for item in first["items"] + second["items"]] == batches[::-1]
    assert second["next"] is None
    account = manager.get(f"/api/v1/batches/{batches[0]}").json()
    assert (account["files"], account["stored"], account["reading"]["read"], account["suspect"]) == (
        1,
        1,
        1,
        None,
    )
    assert manager.get(f"/api/v1/batches/{foreign}").status_code == 404


def test_paths_and_cells_are_for_those_who_take_papers_in(api: Api, as_user: AsUser) -> None:
    record = a_paper(api)
    batch = batch_of(api, record)
    problem = {"batch_id": batch, "row": 2, "value": "31/02", "reason": "bad_date", "warning": False}
    with api.services.database.write() as connection:
        connection.execute(insert(manifest_problems), [problem] * 3)
    clerk = as_user("clerk")
    [item] = clerk.get(f"/api/v1/batches/{batch}/items").json()["items"]
    assert (item["outcome"], item["records"]) == ("stored", [record])
    url = f"/api/v1/batches/{batch}/problems"
    first = clerk.get(url, params={"limit": "2"}).json()
    second = clerk.get(url, params={"limit": "2", "cursor": first["next"]}).json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)
    assert first["items"][0]["message"]["vi"].startswith("«31/02»")
    for part in ("items", "problems"):
        assert as_user("manager").get(f"/api/v1/batches/{batch}/{part}").status_code == 404
        assert as_user("clerk", unit=OTHER).get(f"/api/v1/batches/{batch}/{part}").status_code == 404


def test_progress_holds_the_units_whose_figures_one_sees(api: Api, as_user: AsUser) -> None:
    a_paper(api), a_paper(api, "missing:issued_on"), a_paper(api, unit=OTHER)
    told = as_user("manager").get("/api/v1/reports/progress").json()
    assert [(row["unit"], row["read"], row["needs_review"]) for row in told["rows"]] == [("06184", 2, 1)]
    assert told["total"]["registered"] == 2
    past = as_user("manager").get("/api/v1/reports/progress", params={"on": "2020-01-01"}).json()
    assert (past["on"], past["rows"]) == ("2020-01-01", [])


@pytest.mark.parametrize("path", ["batches", "reports/progress", "queue"])
def test_figures_are_for_whom_they_are_meant(api: Api, as_user: AsUser, path: str) -> None:
    assert as_user("auditor").get(f"/api/v1/{path}").status_code == 200
    assert as_user("unit_admin").get(f"/api/v1/{path}").status_code == 403
    assert api.client.get(f"/api/v1/{path}").status_code == 401


def test_the_queue_tells_the_lanes_and_dead_jobs_of_the_own_units(api: Api, as_user: AsUser) -> None:
    with api.services.database.write() as connection:
        for unit in ("06184", OTHER):
            unit_id = unit_in_force(connection, unit).id
            file = desk.row_of(connection, desk.a_read_paper(connection, desk.a_batch(connection, unit_id)))[
                "id"
            ]
            enqueue(connection, [NewJob("file", str(unit_id), file, 1) for _ in range(2)])
        newest = select(jobs.c.id).order_by(jobs.c.id.desc()).limit(1).scalar_subquery()
        connection.execute(update(jobs).where(jobs.c.id == newest).values(state="dead", reason="damaged"))
    told = as_user("manager").get("/api/v1/queue").json()
    assert [(lane["unit"], lane["kind"], lane["queued"]) for lane in told["lanes"]] == [("06184", "file", 2)]
    assert told["dead"] == []
    assert [job["reason"] for job in as_user("manager", unit=OTHER).get("/api/v1/queue").json()["dead"]] == [
        "damaged"
    ]
