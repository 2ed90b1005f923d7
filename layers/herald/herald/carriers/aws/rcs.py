"""Converts the contract's shape of an `rcs` module to that of SendRcsMessage."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import urlencode

Json: TypeAlias = Mapping[str, Any]

_MAP: Final = "https://www.google.com/maps/search/?"
_HEIGHT: Final = "MEDIUM"
# Cards of a carousel have no higher media.
_HEIGHTS_OF_CAROUSELS: Final = {"TALL": "MEDIUM"}


def content_of(rcs: Json) -> dict[str, Any]:
    """An `rcs` module as RcsMessageContent."""
    content: dict[str, Any] = {"Content": _content(rcs)}
    if rcs.get("suggestions"):
        content["Suggestions"] = _suggestions(rcs["suggestions"])
    return content


def content_with(text: str | None, media: str) -> dict[str, Any]:
    """A medium, and a text if there is one, as RcsMessageContent."""
    if not text:
        return {"Content": {"FileMessage": {"FileUrl": media}}}
    card = {"Description": text, "Media": {"FileUrl": media, "Height": _HEIGHT}}
    return {"Content": {"RichCard": {"CardOrientation": "VERTICAL", "CardContent": card}}}


def _content(rcs: Json) -> dict[str, Any]:
    if "text" in rcs:
        return {"TextMessage": {"Body": rcs["text"]}}
    if "contentInfo" in rcs:
        return {"FileMessage": _file(rcs["contentInfo"])}
    card = rcs["richCard"]
    if "standaloneCard" in card:
        return {"RichCard": _standalone(card["standaloneCard"])}
    carousel = card["carouselCard"]
    contents = [_card(each, _HEIGHTS_OF_CAROUSELS) for each in carousel["cardContents"]]
    return {"Carousel": {"CardWidth": carousel.get("cardWidth", "MEDIUM"), "CardContents": contents}}


def _standalone(card: Json) -> dict[str, Any]:
    orientation = card.get("cardOrientation", "VERTICAL")
    shown = {"CardOrientation": orientation, "CardContent": _card(card["cardContent"], {})}
    if orientation == "HORIZONTAL":
        shown["ThumbnailImageAlignment"] = card.get("thumbnailImageAlignment", "RIGHT")
    return shown


def _file(info: Json) -> dict[str, Any]:
    thumbnail = {"ThumbnailUrl": info["thumbnailUrl"]} if info.get("thumbnailUrl") else {}
    return {"FileUrl": info["fileUrl"], **thumbnail}


def _card(content: Json, heights: Mapping[str, str]) -> dict[str, Any]:
    card: dict[str, Any] = {}
    if content.get("title"):
        card["Title"] = content["title"]
    if content.get("description"):
        card["Description"] = content["description"]
    if media := content.get("media"):
        height = media.get("height", _HEIGHT)
        card["Media"] = {**_file(media["contentInfo"]), "Height": heights.get(height, height)}
    if content.get("suggestions"):
        card["Suggestions"] = _suggestions(content["suggestions"])
    return card


def _suggestions(suggestions: list[Json]) -> list[dict[str, Any]]:
    return [_suggestion(each) for each in suggestions]


def _suggestion(suggestion: Json) -> dict[str, Any]:
    said = suggestion.get("reply") or suggestion["action"]
    tap = {"Text": said["text"], "PostbackData": said["postbackData"]}
    if "reply" in suggestion:
        return {"Reply": tap}
    if dial := said.get("dialAction"):
        return {"DialPhone": {**tap, "PhoneNumber": dial["phoneNumber"]}}
    if url := said.get("openUrlAction"):
        return {"OpenUrl": {**tap, **_opened(url)}}
    if event := said.get("createCalendarEventAction"):
        return {"CreateCalendarEvent": {**tap, **_event(event)}}
    if "viewLocationAction" in said:
        return _location(tap, said["viewLocationAction"])
    return {"RequestLocation": tap}


def _opened(url: Json) -> dict[str, Any]:
    how = {"Application": url.get("application"), "WebviewViewMode": url.get("webviewViewMode")}
    return {"Url": url["url"], **{name: value for name, value in how.items() if value}}


def _event(event: Json) -> dict[str, Any]:
    return {
        "Title": event["title"],
        "StartTime": event["startTime"],
        "EndTime": event["endTime"],
        "Description": event["description"],
    }


def _location(tap: Json, location: Json) -> dict[str, Any]:
    """A place on a map; one that is only a query has no coordinates, so a page looks it up."""
    place = location.get("latLong")
    if place is None:
        return {"OpenUrl": {**tap, "Url": _MAP + urlencode({"api": 1, "query": location["query"]})}}
    label = {"Label": location["label"]} if location.get("label") else {}
    return {"ShowLocation": {**tap, "Latitude": place["latitude"], "Longitude": place["longitude"], **label}}
