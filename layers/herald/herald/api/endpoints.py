"""Every endpoint of the API: what it takes and what it gives, in the models that also work.

`api.openapi` describes the API from this table; a test holds it against the routes of
the functions and of template.yaml.
"""

from http import HTTPStatus
from typing import Final, NamedTuple

from pydantic import BaseModel

from herald.api import queries, responses, sender_responses, suppression_responses
from herald.api.accepted import OperationAccepted, ResourceAccepted
from herald.model.keywords import NewKeywords
from herald.model.pools import NewMembers, NewSenderPool, SenderPoolChange
from herald.model.profiles import ProfileContents
from herald.model.request import SendMessagesRequest
from herald.model.senders import NewSender, ResolveSenders, SenderChange, SenderSearch
from herald.model.suppressions import NewSuppressions
from herald.model.templates import TemplateContents

Model = type[BaseModel]


class Endpoint(NamedTuple):
    method: str
    path: str
    name: str
    summary: str
    answer: Model | None = None
    query: Model | None = None
    body: Model | None = None
    status: HTTPStatus = HTTPStatus.OK
    # Not in the published contract.
    ours: bool = False
    # Further statuses besides those that any endpoint may answer with.
    conflicts: bool = False
    # Takes the header Idempotency-Key.
    keyed: bool = False


ENDPOINTS: Final = (
    Endpoint(
        "POST",
        "/Messages",
        "SendMessages",
        "Send a message to 1 to 10,000 recipients",
        OperationAccepted,
        body=SendMessagesRequest,
        status=HTTPStatus.ACCEPTED,
        conflicts=True,
        keyed=True,
    ),
    Endpoint(
        "GET",
        "/Messages",
        "ListMessages",
        "Messages, newest first",
        responses.MessagePage,
        queries.ListMessages,
    ),
    Endpoint(
        "GET",
        "/Messages/{messageId}",
        "FetchMessage",
        "A message with its content and its attempts",
        responses.FullMessageOut,
    ),
    Endpoint(
        "GET",
        "/Messages/{messageId}/Receipts",
        "ListMessageReceipts",
        "What became of a message for each person it went to",
        responses.ReceiptPage,
        queries.Paged,
        ours=True,
    ),
    Endpoint(
        "GET",
        "/Messages/Seek/{identifier}",
        "SeekMessageByIdentifier",
        "Find a message by the id that a carrier gave it",
        status=HTTPStatus.MOVED_PERMANENTLY,
    ),
    Endpoint(
        "GET",
        "/Messages/Operations",
        "ListMessageOperations",
        "Operations, newest first",
        responses.OperationPage,
        queries.ListOperations,
    ),
    Endpoint(
        "GET",
        "/Messages/Operations/{operationId}",
        "FetchMessageOperation",
        "An operation with the counts of its messages",
        responses.OperationOut,
    ),
    Endpoint(
        "GET",
        "/Messages/Operations/{operationId}/Errors",
        "ListMessageOperationErrors",
        "Recipients that nothing was sent to, and why",
        responses.FailurePage,
        queries.Paged,
        ours=True,
    ),
    *(
        Endpoint(
            "POST",
            f"/Messages/Operations/{{operationId}}/{action}",
            f"{action}MessageOperation",
            summary,
            ResourceAccepted,
            status=HTTPStatus.ACCEPTED,
            ours=True,
            conflicts=True,
        )
        for action, summary in (
            ("Cancel", "Send nothing more of an operation"),
            ("Pause", "Send nothing of an operation until it is resumed"),
            ("Resume", "Go on with an operation"),
        )
    ),
    Endpoint("GET", "/Senders", "ListSenders", "Senders", sender_responses.SendersPage, queries.ListSenders),
    Endpoint("GET", "/Senders/{senderId}", "FetchSender", "A sender", sender_responses.SenderOut),
    Endpoint(
        "POST",
        "/Senders",
        "CreateSender",
        "Add a sender",
        ResourceAccepted,
        body=NewSender,
        status=HTTPStatus.ACCEPTED,
        ours=True,
        conflicts=True,
    ),
    Endpoint(
        "PATCH",
        "/Senders/{senderId}",
        "UpdateSender",
        "Change a sender's name, tags or status",
        ResourceAccepted,
        body=SenderChange,
        status=HTTPStatus.ACCEPTED,
        ours=True,
    ),
    Endpoint(
        "POST",
        "/Senders/Search",
        "SearchSenders",
        "Find senders by address",
        sender_responses.SendersPage,
        body=SenderSearch,
    ),
    Endpoint(
        "POST",
        "/Senders/Resolve",
        "ResolveSenders",
        "Which sender reaches which address",
        sender_responses.ResolvedSenders,
        body=ResolveSenders,
    ),
    Endpoint(
        "GET",
        "/SenderPools",
        "ListSenderPools",
        "Sender pools",
        sender_responses.SenderPoolsPage,
        queries.ListSenderPools,
    ),
    Endpoint(
        "POST",
        "/SenderPools",
        "CreateSenderPool",
        "Make a sender pool",
        OperationAccepted,
        body=NewSenderPool,
        status=HTTPStatus.ACCEPTED,
        conflicts=True,
    ),
    Endpoint(
        "GET",
        "/SenderPools/{senderPoolId}",
        "FetchSenderPool",
        "A sender pool",
        sender_responses.SenderPoolOut,
    ),
    Endpoint(
        "PATCH",
        "/SenderPools/{senderPoolId}",
        "UpdateSenderPool",
        "Change a sender pool's name or tags",
        ResourceAccepted,
        body=SenderPoolChange,
        status=HTTPStatus.ACCEPTED,
    ),
    Endpoint(
        "DELETE",
        "/SenderPools/{senderPoolId}",
        "DeleteSenderPool",
        "Delete a sender pool",
        ResourceAccepted,
        status=HTTPStatus.ACCEPTED,
    ),
    Endpoint(
        "GET",
        "/SenderPools/{senderPoolId}/Senders",
        "ListSenderPoolSenders",
        "The senders of a pool",
        sender_responses.SendersPage,
        queries.ListSenders,
    ),
    Endpoint(
        "POST",
        "/SenderPools/{senderPoolId}/Senders",
        "AddSenderPoolSenders",
        "Add senders to a pool",
        OperationAccepted,
        body=NewMembers,
        status=HTTPStatus.ACCEPTED,
    ),
    Endpoint(
        "DELETE",
        "/SenderPools/{senderPoolId}/Senders/{senderId}",
        "RemoveSenderPoolSender",
        "Take a sender out of a pool",
        ResourceAccepted,
        status=HTTPStatus.ACCEPTED,
    ),
    Endpoint(
        "GET",
        "/SenderPools/{senderPoolId}/Senders/Operations/{operationId}",
        "FetchSenderPoolSendersOperation",
        "What became of adding senders to a pool",
        sender_responses.SenderPoolOperationOut,
    ),
    Endpoint(
        "GET",
        "/SenderPools/Operations",
        "ListSenderPoolOperations",
        "Changes of sender pools",
        sender_responses.SenderPoolOperationsPage,
        queries.ListSenderPoolOperations,
    ),
    Endpoint(
        "GET",
        "/SenderPools/Operations/{operationId}",
        "FetchSenderPoolOperation",
        "What became of a change of a sender pool",
        sender_responses.SenderPoolOperationOut,
    ),
    Endpoint(
        "PUT",
        "/MemoryStores/{memoryStoreId}/Profiles/{profileId}",
        "PutProfile",
        "Create or replace a profile",
        responses.ProfileOut,
        body=ProfileContents,
        ours=True,
    ),
    Endpoint(
        "GET",
        "/MemoryStores/{memoryStoreId}/Profiles/{profileId}",
        "FetchProfile",
        "A profile",
        responses.ProfileOut,
        ours=True,
    ),
    Endpoint(
        "DELETE",
        "/MemoryStores/{memoryStoreId}/Profiles/{profileId}",
        "DeleteProfile",
        "Delete a profile",
        status=HTTPStatus.NO_CONTENT,
        ours=True,
    ),
    Endpoint(
        "POST",
        "/Suppressions",
        "CreateSuppressions",
        "Write no more to 1 to 1,000 addresses",
        suppression_responses.AddedSuppressions,
        body=NewSuppressions,
        ours=True,
    ),
    Endpoint(
        "GET",
        "/Suppressions",
        "ListSuppressions",
        "Addresses that may not be written to, newest first",
        suppression_responses.SuppressionsPage,
        queries.ListSuppressions,
        ours=True,
    ),
    Endpoint(
        "GET",
        "/Suppressions/{suppressionId}",
        "FetchSuppression",
        "An address that may not be written to",
        suppression_responses.SuppressionOut,
        ours=True,
    ),
    Endpoint(
        "DELETE",
        "/Suppressions/{suppressionId}",
        "DeleteSuppression",
        "Write to an address again",
        status=HTTPStatus.NO_CONTENT,
        ours=True,
    ),
    Endpoint(
        "GET",
        "/Keywords",
        "FetchKeywords",
        "The words by which people opt out, opt in again and ask for help",
        suppression_responses.KeywordsOut,
        ours=True,
    ),
    Endpoint(
        "PUT",
        "/Keywords",
        "PutKeywords",
        "Set those words",
        suppression_responses.KeywordsOut,
        body=NewKeywords,
        ours=True,
    ),
    Endpoint(
        "DELETE",
        "/Keywords",
        "DeleteKeywords",
        "Let Herald's words hold",
        status=HTTPStatus.NO_CONTENT,
        ours=True,
    ),
    Endpoint(
        "POST",
        "/Content",
        "CreateContent",
        "Make a content template",
        responses.ContentOut,
        body=TemplateContents,
        status=HTTPStatus.CREATED,
        ours=True,
    ),
    Endpoint(
        "GET", "/Content", "ListContent", "Content templates", responses.ContentPage, queries.Paged, ours=True
    ),
    Endpoint(
        "GET", "/Content/{contentId}", "FetchContent", "A content template", responses.ContentOut, ours=True
    ),
    Endpoint(
        "DELETE",
        "/Content/{contentId}",
        "DeleteContent",
        "Delete a content template",
        status=HTTPStatus.NO_CONTENT,
        ours=True,
    ),
)

# Without credentials, and not described: the last are for carriers (docs/carriers.md).
PUBLIC: Final = (
    ("GET", "/openapi.json"),
    ("GET", "/docs"),
    ("POST", "/Callbacks/{carrier}/{report}"),
)
