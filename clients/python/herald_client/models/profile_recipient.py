from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.profile_recipient_variables import ProfileRecipientVariables





T = TypeVar("T", bound="ProfileRecipient")



@_attrs_define
class ProfileRecipient:
    """ A person whom the account has told of before: addresses and traits are the profile's.

    Which addresses those are is known once the message is made (herald.sending.people).

        Attributes:
            memory_store_id (str): The id of the memory store that the profile is in.
            profile_id (str): The id of a profile.
            variables (ProfileRecipientVariables | Unset): Names and values for Liquid, at most 3,000 bytes in all.
     """

    memory_store_id: str
    profile_id: str
    variables: ProfileRecipientVariables | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.profile_recipient_variables import ProfileRecipientVariables
        memory_store_id = self.memory_store_id

        profile_id = self.profile_id

        variables: dict[str, Any] | Unset = UNSET
        if not isinstance(self.variables, Unset):
            variables = self.variables.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "memoryStoreId": memory_store_id,
            "profileId": profile_id,
        })
        if variables is not UNSET:
            field_dict["variables"] = variables

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.profile_recipient_variables import ProfileRecipientVariables
        d = dict(src_dict)
        memory_store_id = d.pop("memoryStoreId")

        profile_id = d.pop("profileId")

        _variables = d.pop("variables", UNSET)
        variables: ProfileRecipientVariables | Unset
        if isinstance(_variables,  Unset):
            variables = UNSET
        else:
            variables = ProfileRecipientVariables.from_dict(_variables)




        profile_recipient = cls(
            memory_store_id=memory_store_id,
            profile_id=profile_id,
            variables=variables,
        )


        profile_recipient.additional_properties = d
        return profile_recipient

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
