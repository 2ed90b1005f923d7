"""The identity of a request, on its way from the authorizer to the function: texts, by API Gateway.

API Gateway caches the authorizer's answer, so a function of this version may get an answer of the
version before.
"""

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from herald.api.errors import ApiError, error
from herald.model import problems
from herald.model.access import ALL, Identity, Scope, scopes_of


def context_of(identity: Identity) -> dict[str, str]:
    """The context that the authorizer passes to the functions."""
    account, credential, scopes = identity
    return {"account": account, "key": credential, "scopes": " ".join(sorted(scopes))}


def of(event: APIGatewayProxyEvent) -> Identity:
    """The identity that the authorizer found for the request's credentials."""
    context = event.request_context.authorizer
    account = str(context["account"])
    # An authorizer from before keys existed: it accepted only auth tokens, which have every scope.
    scopes = str(context.get("scopes", ALL))
    return Identity(account, str(context.get("key", account)), scopes_of(scopes.split()))


def lacks(identity: Identity, scope: Scope) -> ApiError:
    """The answer to a credential without the scope that the endpoint needs."""
    has = ", ".join(sorted(identity.scopes)) or "none"
    message = (
        f"The key {identity.credential} lacks the scope {scope}, which this request needs; it has: {has}."
    )
    return error(403, problems.FORBIDDEN, message=message)
