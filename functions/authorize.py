"""Finds the account of a request's credentials for API Gateway, which caches the answer, also a refusal.

A refusal is a policy that denies, which API Gateway answers with 401 (ACCESS_DENIED in
template.yaml). An exception would not be cached, and would log a traceback.

The policy covers every route, because it is cached for all of them: the functions refuse
requests beyond a key's scopes.
"""

from typing import Any, Final

from aws_lambda_powertools.utilities.data_classes.api_gateway_authorizer_event import (
    APIGatewayAuthorizerRequestEvent,
    APIGatewayAuthorizerResponse,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.api.basic_auth import Credentials, credentials_of
from herald.api.identity import context_of
from herald.api.routing import REQUESTS
from herald.model.access import Identity
from herald.model.limits import LimitName
from herald.runtime import app
from herald.store import authentication, limits
from herald.telemetry import count, logger, observed

# A policy names its principal.
_NOBODY: Final = "refused"


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    request = APIGatewayAuthorizerRequestEvent(event)
    given = credentials_of(request.headers.get("authorization") or "")
    found = _identity(given) if given else None
    arn = request.parsed_arn
    # GovCloud and China have partitions of their own.
    response = APIGatewayAuthorizerResponse(
        principal_id=found.account if found else _NOBODY,
        region=arn.region,
        aws_account_id=arn.aws_account_id,
        api_id=arn.api_id,
        stage=arn.stage,
        partition=arn.partition,
        context={**context_of(found), **_limit_of(found.account)} if found else {},
    )
    if found is None:
        count("CredentialsRefused")
        response.deny_all_routes()
    else:
        logger.info("credentials accepted", account=found.account, key=found.credential)
        response.allow_all_routes()
    return response.asdict()


def _identity(given: Credentials) -> Identity | None:
    key = app().keyring().credentials
    return authentication.verify(app().table, key, given.username, given.password, app().clock())


def _limit_of(account: str) -> dict[str, str]:
    """The account's limit of requests a second, if it has one."""
    limit = limits.get(app().table, account).over(app().limits).get(LimitName.REQUESTS_PER_SECOND)
    return {} if limit is None else {REQUESTS: str(limit)}
