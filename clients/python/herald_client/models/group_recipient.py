from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.group import Group
  from ..models.group_recipient_variables import GroupRecipientVariables





T = TypeVar("T", bound="GroupRecipient")



@_attrs_define
class GroupRecipient:
    """ Several people as one recipient, with one message. Herald's own (docs/adr/0012).

        Attributes:
            group (Group): People who get the same message.
            variables (GroupRecipientVariables | Unset): Names and values for Liquid, at most 3,000 bytes in all.
     """

    group: Group
    variables: GroupRecipientVariables | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.group import Group
        from ..models.group_recipient_variables import GroupRecipientVariables
        group = self.group.to_dict()

        variables: dict[str, Any] | Unset = UNSET
        if not isinstance(self.variables, Unset):
            variables = self.variables.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "group": group,
        })
        if variables is not UNSET:
            field_dict["variables"] = variables

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.group import Group
        from ..models.group_recipient_variables import GroupRecipientVariables
        d = dict(src_dict)
        group = Group.from_dict(d.pop("group"))




        _variables = d.pop("variables", UNSET)
        variables: GroupRecipientVariables | Unset
        if isinstance(_variables,  Unset):
            variables = UNSET
        else:
            variables = GroupRecipientVariables.from_dict(_variables)




        group_recipient = cls(
            group=group,
            variables=variables,
        )

        return group_recipient

