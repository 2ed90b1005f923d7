"""The bodies of a 202: where to look for what becomes of a request."""

from herald.model.wire import Wire


class OperationAccepted(Wire):
    operation_id: str
    operation_location: str


class ResourceAccepted(Wire):
    resource_id: str
    resource_location: str
