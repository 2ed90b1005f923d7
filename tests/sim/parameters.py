"""What botocore checks of a request before it sends it: the names and types of its parameters."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from botocore.exceptions import ParamValidationError
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator

_VALIDATOR: Final = ParamValidator()
_LOADER: Final = Loader()


def check(service: str, operation: str, request: Mapping[str, Any]) -> None:
    """Raises ParamValidationError, as a client of boto3 does."""
    report = _VALIDATOR.validate(request, _shape(service, operation))
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())


@cache
def _shape(service: str, operation: str) -> Shape:
    shape = _model(service).operation_model(operation).input_shape
    assert shape, f"{operation} takes no parameters"
    return shape


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(_LOADER.load_service_model(service, "service-2"), service)
