"""Files of messages: from and to Meta's Graph API, on S3, and the queue of those to be fetched."""

from __future__ import annotations

import hashlib
import json
import tempfile
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from urllib.parse import quote, urlsplit

import urllib3
from botocore.exceptions import BotoCoreError, ClientError

from orderdesk.adapters.outgoing import call
from orderdesk.adapters.whatsapp.refusals import refusal_of
from orderdesk.domain.errors import NotFound, SendFailed, Unavailable
from orderdesk.domain.messages.media import BEGINNING
from orderdesk.usecases.ports.media import Download, Stored, Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from orderdesk.domain.messages.conversation import Message

CONNECT_SECONDS: Final = 2
READ_SECONDS: Final = 20
CHUNK: Final = 256 * 1024
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
SOON: Final = 2  # seconds, by which the message is on its thread
IN_MEMORY: Final = 1024 * 1024  # larger files pass through the disk
MISSING: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
NO_SUCH_OBJECT: Final = frozenset({100, 33})
NO_SUCH_KEY: Final = frozenset({"NoSuchKey", "404", "NotFound"})


class GraphMedia:
    """The token goes to Graph and to the address that Graph names, which has to be as safe."""

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        self._url, self._token = url.rstrip("/"), token

    @property
    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._token()}"}

    def fetch(self, media_id: str, *, limit: int) -> Download:
        """An address is good for five minutes: one that is not any more is asked for again."""
        for _ in range(2):
            address, mime_type = self._find(media_id)
            found = self._download(address, mime_type, limit)
            if found:
                return found
        raise NotFound(f"WhatsApp has no file {media_id}.")

    def _find(self, media_id: str) -> tuple[str, str]:
        """Where it is now, and of which type."""
        answer = call("GET", f"{self._url}/{quote(media_id, safe='')}", headers=self._headers)
        said = answer.body.get("error")
        code = said.get("code") if isinstance(said, dict) else None
        if answer.status in MISSING or code in NO_SUCH_OBJECT:
            raise NotFound(f"WhatsApp has no file {media_id}.")
        address = str(answer.body.get("url") or "")
        if not answer.ok or not address:
            meaning = refusal_of(code, http_status=answer.status).meaning
            raise Unavailable(f"WhatsApp does not give the file: {meaning} (HTTP {answer.status})")
        self._check(address)
        return address, str(answer.body.get("mime_type") or "")

    def _check(self, address: str) -> None:
        """The local simulator speaks plain HTTP, Meta never does."""
        there, graph = urlsplit(address), urlsplit(self._url)
        is_local = graph.scheme == "http" and there.hostname in LOOPBACK
        if there.scheme != "https" and not is_local:
            raise Unavailable("WhatsApp named an address without encryption: not asked.")

    def _download(self, address: str, mime_type: str, limit: int) -> Download | None:
        """None when the address is not good any more."""
        patience = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        request: Any = _pool().request
        try:
            answer = request(
                "GET",
                address,
                headers=self._headers,
                timeout=patience,
                preload_content=False,
                redirect=False,
            )
            try:
                if answer.status in MISSING:
                    return None
                if answer.status != HTTPStatus.OK:
                    raise Unavailable(f"The file did not come (HTTP {answer.status}).")
                return _read(answer, mime_type, limit)
            finally:
                answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable(f"The file did not come ({type(error).__name__}).") from error

    def upload(self, phone_number_id: str, data: BinaryIO, *, mime_type: str, name: str) -> str:
        fields: list[tuple[str, str | tuple[str, bytes, str]]] = [
            ("messaging_product", "whatsapp"),
            ("type", mime_type),
            ("file", (name, data.read(), mime_type)),
        ]
        body, kind = urllib3.encode_multipart_formdata(fields)
        try:
            answer = _pool().request(
                "POST",
                f"{self._url}/{phone_number_id}/media",
                body=body,
                headers={**self._headers, "content-type": kind},
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            )
        except urllib3.exceptions.HTTPError as error:
            words = f"WhatsApp did not take the file ({type(error).__name__})."
            raise SendFailed(words, error_code=None, retry=True) from error
        return _id_in(answer.status, answer.data)


def _id_in(status: int, data: bytes) -> str:
    try:
        found = json.loads(data)
    except ValueError:
        found = {}
    media_id = found.get("id") if isinstance(found, dict) else None
    if isinstance(media_id, str) and media_id:
        return media_id
    said = found.get("error") if isinstance(found, dict) else None
    code = said.get("code") if isinstance(said, dict) else None
    refusal = refusal_of(code if isinstance(code, int) else None, http_status=status)
    raise SendFailed(
        f"WhatsApp did not take the file: {refusal.meaning} (HTTP {status})",
        error_code=code if isinstance(code, int) else None,
        retry=refusal.retry,
        error_class=refusal.error_class,
    )


def _read(answer: Any, mime_type: str, limit: int) -> Download:
    """Up to one byte more than the limit, so that what is too large is seen to be."""
    data: BinaryIO = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # type: ignore[assignment]  # noqa: SIM115
    digest, size = hashlib.sha256(), 0
    try:
        while size <= limit and (chunk := answer.read(min(CHUNK, limit + 1 - size))):
            data.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    except BaseException:
        data.close()
        raise
    data.seek(0)
    beginning = data.read(BEGINNING)
    data.seek(0)
    return Download(
        data=data, size=size, sha256=digest.digest(), beginning=beginning, mime_type=mime_type
    )


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(retries=False)


class S3MediaShelf:
    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def put(self, key: str, data: BinaryIO, *, mime_type: str) -> None:
        with _reachable():
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=data, ContentType=mime_type)

    def look(self, key: str) -> Stored | None:
        try:
            with _reachable():
                found = self._s3.get_object(
                    Bucket=self._bucket, Key=key, Range=f"bytes=0-{BEGINNING - 1}"
                )
                beginning = found["Body"].read()
        except NotFound:
            return None
        total = found.get("ContentRange", "").rpartition("/")[2]
        size = int(total) if total.isdigit() else int(found["ContentLength"])
        return Stored(size=size, mime_type=found.get("ContentType", ""), beginning=beginning)

    def delete(self, key: str) -> None:
        with _reachable():
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def open(self, key: str) -> BinaryIO:
        with _reachable():
            body: Any = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"]
            return body  # type: ignore[no-any-return]

    def link(self, key: str, *, name: str, mime_type: str, lasts: timedelta) -> str:
        """Never shown in the browser, whatever it holds: always a download.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        """
        asked = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentType": mime_type,
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(name)}",
        }
        seconds = int(lasts.total_seconds())
        return self._s3.generate_presigned_url("get_object", Params=asked, ExpiresIn=seconds)

    def ticket(self, key: str, *, mime_type: str, size: int, lasts: timedelta) -> Ticket:
        """Type and length are signed along: S3 refuses anything else."""
        asked = {
            "Bucket": self._bucket,
            "Key": key,
            "ContentType": mime_type,
            "ContentLength": size,
        }
        seconds = int(lasts.total_seconds())
        url = self._s3.generate_presigned_url("put_object", Params=asked, ExpiresIn=seconds)
        return Ticket(url=url, headers={"content-type": mime_type, "content-length": str(size)})


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in NO_SUCH_KEY:
            raise NotFound("This file is not kept any more.") from error
        raise Unavailable("The bucket of files cannot be reached.") from error
    except BotoCoreError as error:
        raise Unavailable("The bucket of files cannot be reached.") from error


class SqsMediaQueue:
    """The queue holds where the message is; what its file is, the message says."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client, self._queue_url = client, queue_url

    def put(self, message: Message) -> None:
        ticket = {"store_id": message.store_id, "message_id": message.message_id}
        try:
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=json.dumps(ticket, ensure_ascii=False),
                DelaySeconds=SOON,
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable("The queue of files cannot be reached.") from error
