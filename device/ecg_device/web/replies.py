"""How answers are written: strict JSON, compact."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response


def reply(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; a number that JSON does not know is a bug, not a `NaN`."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    response = Response(text, status, mimetype="application/json")
    response.headers.update(headers or {})
    return response


def gone() -> Response:
    """What was deleted is there no more, and there is nothing to say."""
    return Response(status=204)
