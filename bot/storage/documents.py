"""Papers that were made, in SQL; their bytes are files in the private folder."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.documents import Document
from bot.storage.tables import documents


def _document(row: Row[Any]) -> Document:
    return Document(
        id=row.id,
        client_id=row.client_id,
        kind=row.kind,
        name=row.name,
        path=row.path,
        content_type=row.content_type,
        created_at=row.created_at,
        token=row.token,
        expires_at=row.expires_at,
    )


class SqlDocuments:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, document: Document) -> Document:
        result = await self._connection.execute(
            documents.insert(),
            {
                "client_id": document.client_id,
                "kind": document.kind,
                "name": document.name,
                "path": document.path,
                "content_type": document.content_type,
                "created_at": document.created_at,
                "token": document.token,
                "expires_at": document.expires_at,
            },
        )
        key = result.inserted_primary_key
        assert key is not None
        return replace(document, id=int(key[0]))

    async def get(self, document_id: int) -> Document | None:
        row = (await self._connection.execute(select(documents).where(documents.c.id == document_id))).first()
        return _document(row) if row else None

    async def by_token(self, token: str) -> Document | None:
        row = (await self._connection.execute(select(documents).where(documents.c.token == token))).first()
        return _document(row) if row else None

    async def share(self, document_id: int, *, token: str, expires_at: datetime) -> None:
        await self._connection.execute(
            update(documents).where(documents.c.id == document_id).values(token=token, expires_at=expires_at)
        )
