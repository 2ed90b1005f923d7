"""/Content: templates that the `contentId` of a request names. Herald's own."""

from http import HTTPStatus
from typing import Any, Self

from pydantic import field_serializer

from herald.api import queries
from herald.api.endpoints import Request, Resource
from herald.api.errors import not_found
from herald.api.ids import ContentId
from herald.api.shapes import Instant, Pagination
from herald.model.ids import new_content_id
from herald.model.templates import ContentTemplate, TemplateContents, Types, by_position
from herald.model.wire import Wire
from herald.runtime import app
from herald.store import templates
from herald.telemetry import logger

routes = Resource("Content")


class ContentOut(TemplateContents):
    """A content template."""

    id: str
    language: str | None
    created_at: Instant

    @classmethod
    def of(cls, template: ContentTemplate) -> Self:
        return cls(
            id=template.id,
            friendly_name=template.friendly_name,
            language=template.language,
            variables=template.variables,
            types=template.types,
            created_at=template.created_at,
        )

    @field_serializer("types")
    def _as_given(self, types: Types) -> dict[str, Any]:
        return types.model_dump(exclude_unset=True, mode="json")


class ContentPage(Wire):
    contents: list[ContentOut]
    pagination: Pagination


def _liquid() -> dict[str, object]:
    from herald.content import Checker  # 0.2 s of import that only this route needs

    return {"liquid_problem": Checker(by_position).problem_with}


@routes.post(
    "/Content",
    "CreateContent",
    "Creates a content template.",
    ours=True,
    status=HTTPStatus.CREATED,
    context=_liquid,
)
def create_content(request: Request, body: TemplateContents) -> ContentOut:
    now = app().clock()
    given = {name: getattr(body, name) for name in body.model_fields_set}
    template = ContentTemplate(**given, id=new_content_id(now), created_at=now)
    templates.put(app().table, request.account, template)
    logger.info("content template created", account=request.account, content_id=template.id)
    request.headers["Location"] = f"{request.base}/Content/{template.id}"
    return ContentOut.of(template)


@routes.get("/Content", "ListContent", "Lists content templates, newest first.", ours=True)
def list_content(request: Request, query: queries.Paged) -> ContentPage:
    page = templates.page(app().table, request.account, size=query.page_size, after=request.page.after)
    return ContentPage(
        contents=[ContentOut.of(template) for template in page.rows],
        pagination=request.page.tokens(page.after),
    )


@routes.get("/Content/{contentId}", "FetchContent", "One content template.", ours=True)
def fetch_content(request: Request, content_id: ContentId) -> ContentOut:
    template = templates.get(app().table, request.account, content_id)
    if template is None:
        raise not_found()
    return ContentOut.of(template)


@routes.delete(
    "/Content/{contentId}",
    "DeleteContent",
    "Deletes a content template. Operations that were accepted before still send it.",
    ours=True,
)
def delete_content(request: Request, content_id: ContentId) -> None:
    if not templates.delete(app().table, request.account, content_id):
        raise not_found()
    logger.info("content template deleted", account=request.account, content_id=content_id)
