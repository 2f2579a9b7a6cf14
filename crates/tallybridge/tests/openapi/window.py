"""Window: describes each delivery as it is sent, so that what is tried gets past the check of its digest."""

import base64
import hashlib

import schemathesis


def describe(request):
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    if isinstance(body, bytes):
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        request.headers["Content-Digest"] = f"sha-256=:{digest}:"
    return request


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.method == "PUT" and case.operation.path.startswith("/stamps/"):
        kwargs["auth"] = describe
