"""AWS clients with one set of limits: a request path never waits for long.

botocore's session and not `boto3.client`: the client is the same, but importing boto3 also loads
the resource layer and the S3 transfer manager, which no code here uses (about 50 ms of a start).
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import botocore.session
from botocore.config import Config

# `adaptive` would wait two seconds on the first throttle; `standard` waits a third of one.
LIMITS: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=2, read_timeout=10
)

session = cache(botocore.session.get_session)


def client(service: str, **options: Any) -> Any:
    """A low-level client; the endpoint and credentials come from the environment.

    The service has to be named in layers/vendor/services.txt: Lambda has the data of no other.
    """
    return session().create_client(service, config=LIMITS, **options)


def s3_for_links() -> Any:
    """A client of S3 whose links carry a signature of version 4, and no checksum of a body that
    somebody else sends.
    """
    links = Config(signature_version="s3v4", request_checksum_calculation="when_required")
    return session().create_client("s3", config=LIMITS.merge(links))
