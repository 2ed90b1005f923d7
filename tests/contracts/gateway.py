"""What API Gateway answers by itself: status, headers, and the problem that is told."""

from herald.model import problems
from herald.model.problems import Problem

Known = tuple[int, dict[str, str], Problem]
NOT_THERE: Known = (404, {}, problems.NOT_FOUND)
AUTHENTICATE: Known = (
    401,
    {"WWW-Authenticate": '\'Basic realm="Herald", charset="UTF-8"\''},
    Problem(20003, "Authenticate"),
)
FORBIDDEN: Known = (403, {}, Problem(20403, "Forbidden"))
TOO_MANY: Known = (
    429,
    {"Retry-After": "'3'"},
    Problem(20429, "Too many requests. Please retry according to the Retry-After response header."),
)
LATER: Known = (503, {"Retry-After": "'3'"}, problems.UNAVAILABLE)
GATEWAY: dict[str, Known] = {
    "UNAUTHORIZED": AUTHENTICATE,
    # Credentials that the authorizer refused.
    "ACCESS_DENIED": AUTHENTICATE,
    "INVALID_API_KEY": FORBIDDEN,
    "WAF_FILTERED": FORBIDDEN,
    "MISSING_AUTHENTICATION_TOKEN": NOT_THERE,
    "RESOURCE_NOT_FOUND": NOT_THERE,
    "INVALID_SIGNATURE": NOT_THERE,
    "EXPIRED_TOKEN": NOT_THERE,
    "REQUEST_TOO_LARGE": (413, {}, problems.BODY_TOO_LARGE),
    "UNSUPPORTED_MEDIA_TYPE": (415, {}, problems.UNSUPPORTED_MEDIA_TYPE),
    "THROTTLED": TOO_MANY,
    "QUOTA_EXCEEDED": TOO_MANY,
    "AUTHORIZER_FAILURE": LATER,
    "INTEGRATION_FAILURE": LATER,
    "INTEGRATION_TIMEOUT": LATER,
    "DEFAULT_4XX": (400, {}, problems.BAD_REQUEST),
    "DEFAULT_5XX": (500, {}, problems.SERVER_ERROR),
}
