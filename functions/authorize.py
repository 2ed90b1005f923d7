"""API Gateway asks whose a request's credentials are; the answer is cached."""

from typing import Any

from aws_lambda_powertools.utilities.data_classes.api_gateway_authorizer_event import (
    APIGatewayAuthorizerRequestEvent,
    APIGatewayAuthorizerResponse,
)
from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.api.basic_auth import credentials_of
from herald.runtime import app
from herald.store import accounts
from herald.telemetry import count, logger, observed


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    request = APIGatewayAuthorizerRequestEvent(event)
    given = credentials_of(request.headers.get("authorization") or "")
    account = accounts.account_of(app().table, app().keyring().credentials, *given) if given else None
    if account is None:
        count("CredentialsRefused")
        raise Exception("Unauthorized")
    logger.info("credentials accepted", account=account)
    arn = request.parsed_arn
    response = APIGatewayAuthorizerResponse(
        principal_id=account,
        region=arn.region,
        aws_account_id=arn.aws_account_id,
        api_id=arn.api_id,
        stage=arn.stage,
        context={"account": account},
    )
    # The answer is cached for every route, so it has to be one about every route.
    response.allow_all_routes()
    return response.asdict()
