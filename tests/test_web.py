"""Papers behind links: who has the link sees the paper for as long as it was shared, and nobody else learns a thing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import structlog
from aiohttp import web

from bot.clock import StoppedClock
from bot.domain.documents import Document
from bot.errors import StorageUnavailable
from bot.paper.cabinet import PaperCabinet
from bot.storage.engine import open_engine
from bot.storage.migrate import migrate
from bot.storage.unit_of_work import SqlStore
from bot.web import Metrics, SharedDocuments, make_app
from tests.factories import MONDAY

TOKEN = "A" * 42 + "_"
PDF = b"%PDF-1.7 a paper"


class Ready:
    async def problems(self) -> dict[str, str]:
        return {}


@dataclass
class Site:
    http: httpx.AsyncClient
    store: SqlStore
    clock: StoppedClock
    documents: SharedDocuments
    metrics: Metrics

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """One paper, shared until 30 days after Monday."""
    engine = await open_engine(f"sqlite:///{tmp_path}/office.db")
    await migrate(engine)
    writer = engine.open_writer()
    store, clock, metrics = SqlStore(engine, writer), StoppedClock(MONDAY), Metrics()
    cabinet = PaperCabinet(tmp_path / "papers")
    path = str(cabinet.keep(PDF, "Relevé Tilleuls.pdf"))
    paper = Document(
        0, None, "statement", "releve-tilleuls.pdf", path, "application/pdf", MONDAY, TOKEN, MONDAY + timedelta(days=30)
    )
    await store.write(lambda uow: uow.documents.add(paper))
    documents = SharedDocuments(store, clock, cabinet, metrics)
    runner = web.AppRunner(make_app(metrics=metrics, readiness=Ready(), webhooks=None, documents=documents))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http:
        yield Site(http, store, clock, documents, metrics)
    await runner.cleanup()
    await writer.close()
    await engine.close()


async def test_the_link_shows_the_paper_and_lets_nobody_keep_it(site: Site) -> None:
    response = await site.get(f"/documents/{TOKEN}")
    assert (response.status_code, response.content) == (200, PDF)
    shown = ("Content-Type", "Content-Disposition", "Cache-Control", "X-Content-Type-Options", "Referrer-Policy")
    assert [response.headers[name] for name in shown] == [
        "application/pdf",
        'inline; filename="releve-tilleuls.pdf"',
        "no-store",
        "nosniff",
        "no-referrer",
    ]


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("B" * 43, id="unknown"),
        pytest.param("A" * 42, id="too short"),
        pytest.param("A" * 44, id="too long"),
        pytest.param("A" * 42 + "%00", id="a NUL"),
        pytest.param("..%2F..%2Foffice.db", id="a path"),
        pytest.param("%27%20OR%201=1--" + "A" * 30, id="a piece of SQL"),
    ],
)
async def test_whatever_is_no_link_of_ours_gets_one_and_the_same_answer(site: Site, token: str) -> None:
    response = await site.get(f"/documents/{token}")
    assert (response.status_code, response.text) == (404, "there is no such document\n")
    assert response.headers["Cache-Control"] == "no-store"


async def test_a_link_ends_at_its_very_instant(site: Site) -> None:
    site.clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert (await site.get(f"/documents/{TOKEN}")).status_code == 200
    site.clock.advance(timedelta(seconds=1))
    assert (await site.get(f"/documents/{TOKEN}")).status_code == 404


async def test_a_file_that_is_gone_or_lies_elsewhere_is_not_shown(site: Site, tmp_path: Path) -> None:
    gone = Document(0, None, "statement", "x.pdf", str(tmp_path / "papers" / "x.pdf"), "application/pdf", MONDAY)
    outside = Document(0, None, "statement", "x.pdf", str(tmp_path / "office.db"), "application/pdf", MONDAY)
    for nth, paper in enumerate((gone, outside)):
        token = f"{nth}" * 43
        added = await site.store.write(lambda uow, paper=paper: uow.documents.add(paper))
        await site.store.write(
            lambda uow, added=added, token=token: uow.documents.share(
                added.id, token=token, expires_at=MONDAY + timedelta(days=1)
            )
        )
        assert (await site.get(f"/documents/{token}")).status_code == 404


async def test_no_log_and_no_metric_holds_a_link(site: Site, tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        await site.get(f"/documents/{TOKEN}")
        await site.get(f"/documents/{'B' * 43}")
    metrics = (await site.get("/metrics")).text
    assert 'permanence_webhooks_total{path="/documents",status="200"} 1.0' in metrics
    assert TOKEN not in str(logs) + metrics
    assert "BBB" not in str(logs) + metrics


async def test_a_database_that_cannot_be_read_is_503_and_not_404(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unavailable(self: SqlStore, work: object) -> None:
        raise StorageUnavailable("disk")

    monkeypatch.setattr(SqlStore, "read", unavailable)
    response = await site.get(f"/documents/{TOKEN}")
    assert (response.status_code, response.headers["Cache-Control"]) == (503, "no-store")


async def test_only_reading_is_offered(site: Site) -> None:
    assert (await site.http.post(f"/documents/{TOKEN}")).status_code == 405
    assert (await site.http.head(f"/documents/{TOKEN}")).status_code == 200
