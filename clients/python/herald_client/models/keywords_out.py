from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.stop_covers import StopCovers
from dateutil.parser import isoparse
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.keywords_out_start import KeywordsOutStart
  from ..models.keywords_out_stop import KeywordsOutStop
  from ..models.keywords_out_help import KeywordsOutHelp





T = TypeVar("T", bound="KeywordsOut")



@_attrs_define
class KeywordsOut:
    """ The keywords in effect, by country, and what a STOP covers; `isDefault` if all are Herald's.

        Attributes:
            help_ (KeywordsOutHelp): Words that ask for help, by country (ISO 3166) or `*`.
            is_default (bool): Whether all words are Herald's own.
            start (KeywordsOutStart): Words that opt in again, by country (ISO 3166) or `*`.
            stop (KeywordsOutStop): Words that opt out, by country (ISO 3166) or `*`; with `start` and `help` at most 1,000.
            stop_covers (StopCovers): The channels that a STOP covers, as an account has set it.

                FAMILY  the family of channels that it was written by: SMS, MMS and RCS are one, WhatsApp the other
                ALL     all channels that reach the person's number
            updated_at (datetime.datetime | None): When it last changed.
     """

    help_: KeywordsOutHelp
    is_default: bool
    start: KeywordsOutStart
    stop: KeywordsOutStop
    stop_covers: StopCovers
    updated_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.keywords_out_start import KeywordsOutStart
        from ..models.keywords_out_stop import KeywordsOutStop
        from ..models.keywords_out_help import KeywordsOutHelp
        help_ = self.help_.to_dict()

        is_default = self.is_default

        start = self.start.to_dict()

        stop = self.stop.to_dict()

        stop_covers = self.stop_covers.value

        updated_at: None | str
        if isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "help": help_,
            "isDefault": is_default,
            "start": start,
            "stop": stop,
            "stopCovers": stop_covers,
            "updatedAt": updated_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.keywords_out_start import KeywordsOutStart
        from ..models.keywords_out_stop import KeywordsOutStop
        from ..models.keywords_out_help import KeywordsOutHelp
        d = dict(src_dict)
        help_ = KeywordsOutHelp.from_dict(d.pop("help"))




        is_default = d.pop("isDefault")

        start = KeywordsOutStart.from_dict(d.pop("start"))




        stop = KeywordsOutStop.from_dict(d.pop("stop"))




        stop_covers = StopCovers(d.pop("stopCovers"))




        def _parse_updated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = isoparse(data)



                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        updated_at = _parse_updated_at(d.pop("updatedAt"))


        keywords_out = cls(
            help_=help_,
            is_default=is_default,
            start=start,
            stop=stop,
            stop_covers=stop_covers,
            updated_at=updated_at,
        )


        keywords_out.additional_properties = d
        return keywords_out

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
