"""Clients of AWS: with the caller's credentials, or of the local AWS that `make run` starts."""

import os
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

REGION_OF_THE_LOCAL_AWS = "us-east-1"


def bounded_client(service: str, config: Config) -> Any:
    """A client with the caller's credentials and region."""
    return boto3.client(service, config=config)  # type: ignore[call-overload]


def local_client(service: str, endpoint_url: str, config: Config) -> Any:
    """A client of a local AWS, with the rights of its root user.

    It takes no profile, configuration file or proxy of the developer.
    """
    nothing, no_file = (None, None, None, None), (None, None, os.devnull, None)
    isolated = botocore.session.Session(
        session_vars={"profile": nothing, "config_file": no_file, "credentials_file": no_file}
    )
    session: Any = boto3.Session(botocore_session=isolated)
    return session.client(
        service,
        region_name=REGION_OF_THE_LOCAL_AWS,
        endpoint_url=endpoint_url,
        verify=False,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106
        config=config.merge(Config(proxies={})),
    )
