"""The parts of paths that are ids: their forms, as the contract publishes them."""

from typing import Annotated

from herald.api.endpoints import PathPart
from herald.model import ids

MessageId = Annotated[
    str,
    PathPart(
        ids.is_message_id,
        ids.MESSAGE_ID,
        "comms_message_01h9krwprkeee8fzqspvwy6nq8000",
        "The id of a message.",
    ),
]
OperationId = Annotated[
    str,
    PathPart(
        ids.is_operation_id,
        ids.OPERATION_ID,
        "comms_operation_01h9krwprkeee8fzqspvwy6nq8",
        "The id of an operation.",
    ),
]
SenderId = Annotated[
    str,
    PathPart(
        ids.is_sender_id,
        ids.SENDER_ID,
        "comms_sender_01h9krwprkeee8fzqspvwy6nq8",
        "The id of a sender.",
    ),
]
SenderPoolId = Annotated[
    str,
    PathPart(
        ids.is_sender_pool_id,
        ids.SENDER_POOL_ID,
        "comms_senderpool_01h9krwprkeee8fzqspvwy6nq8",
        "The id of a sender pool.",
    ),
]
SuppressionId = Annotated[
    str,
    PathPart(
        ids.is_suppression_id,
        ids.SUPPRESSION_ID,
        "comms_suppression_01h9krwprkeee8fzqspvwy6nq8",
        "The id of a suppression.",
        # A hash of a number: a reader can find the number by trying all numbers.
        is_personal=True,
    ),
]
ContentId = Annotated[
    str,
    PathPart(
        ids.is_content_id,
        ids.CONTENT_ID,
        "HX78e8e67fc0246521490fb9907fd0c165",
        "The id of a content template.",
    ),
]
SessionId = Annotated[
    str,
    PathPart(
        ids.is_session_id,
        ids.SESSION_ID,
        "comms_session_01h9krwprkeee8fzqspvwy6nq8",
        "The id of a session.",
    ),
]
ProfileId = Annotated[
    str,
    PathPart(
        ids.is_profile_id,
        ids.PROFILE_ID,
        "mem_profile_01h9krwprkeee8fzqspvwy6nq8",
        "The id of a profile.",
    ),
]
MemoryStoreId = Annotated[
    str,
    PathPart(
        ids.is_memory_store_id,
        ids.MEMORY_STORE_ID,
        "mem_store_00000000000000000000000000",
        "The id of a memory store.",
    ),
]
CarrierId = Annotated[
    str,
    PathPart(
        lambda text: 0 < len(text) <= 256,
        "^.{1,256}$",
        "SM0123456789abcdef0123456789abcdef",
        "An identifier of the message at its carrier. Write / as %2F.",
    ),
]
