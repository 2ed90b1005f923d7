from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.stop_covers import StopCovers
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.new_keywords_stop import NewKeywordsStop
  from ..models.new_keywords_start import NewKeywordsStart
  from ..models.new_keywords_help import NewKeywordsHelp





T = TypeVar("T", bound="NewKeywords")



@_attrs_define
class NewKeywords:
    """ The body of PUT /Keywords.

    `stop` adds to Herald's words, which always hold. Of `start` and `help`, what is left out is Herald's.
    `stopCovers`: which channels a STOP, and a START, holds for.

        Attributes:
            help_ (NewKeywordsHelp | Unset): Words that ask for help, by country (ISO 3166) or `*`.
            start (NewKeywordsStart | Unset): Words that opt in again, by country (ISO 3166) or `*`.
            stop (NewKeywordsStop | Unset): Words that opt out, by country (ISO 3166) or `*`; with `start` and `help` at
                most 1,000.
            stop_covers (StopCovers | Unset): The channels that a STOP covers, as an account has set it.

                FAMILY  the family of channels that it was written by: SMS, MMS and RCS are one, WhatsApp the other
                ALL     all channels that reach the person's number
     """

    help_: NewKeywordsHelp | Unset = UNSET
    start: NewKeywordsStart | Unset = UNSET
    stop: NewKeywordsStop | Unset = UNSET
    stop_covers: StopCovers | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.new_keywords_stop import NewKeywordsStop
        from ..models.new_keywords_start import NewKeywordsStart
        from ..models.new_keywords_help import NewKeywordsHelp
        help_: dict[str, Any] | Unset = UNSET
        if not isinstance(self.help_, Unset):
            help_ = self.help_.to_dict()

        start: dict[str, Any] | Unset = UNSET
        if not isinstance(self.start, Unset):
            start = self.start.to_dict()

        stop: dict[str, Any] | Unset = UNSET
        if not isinstance(self.stop, Unset):
            stop = self.stop.to_dict()

        stop_covers: str | Unset = UNSET
        if not isinstance(self.stop_covers, Unset):
            stop_covers = self.stop_covers.value



        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if help_ is not UNSET:
            field_dict["help"] = help_
        if start is not UNSET:
            field_dict["start"] = start
        if stop is not UNSET:
            field_dict["stop"] = stop
        if stop_covers is not UNSET:
            field_dict["stopCovers"] = stop_covers

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_keywords_stop import NewKeywordsStop
        from ..models.new_keywords_start import NewKeywordsStart
        from ..models.new_keywords_help import NewKeywordsHelp
        d = dict(src_dict)
        _help_ = d.pop("help", UNSET)
        help_: NewKeywordsHelp | Unset
        if isinstance(_help_,  Unset):
            help_ = UNSET
        else:
            help_ = NewKeywordsHelp.from_dict(_help_)




        _start = d.pop("start", UNSET)
        start: NewKeywordsStart | Unset
        if isinstance(_start,  Unset):
            start = UNSET
        else:
            start = NewKeywordsStart.from_dict(_start)




        _stop = d.pop("stop", UNSET)
        stop: NewKeywordsStop | Unset
        if isinstance(_stop,  Unset):
            stop = UNSET
        else:
            stop = NewKeywordsStop.from_dict(_stop)




        _stop_covers = d.pop("stopCovers", UNSET)
        stop_covers: StopCovers | Unset
        if isinstance(_stop_covers,  Unset):
            stop_covers = UNSET
        else:
            stop_covers = StopCovers(_stop_covers)




        new_keywords = cls(
            help_=help_,
            start=start,
            stop=stop,
            stop_covers=stop_covers,
        )

        return new_keywords

