"""Content templates of an account: made, fetched, listed, deleted, and never changed."""

from herald.model.templates import ContentTemplate
from herald.store import keys, pages
from herald.store.table import ConditionFailed, Item, Table


def put(table: Table, account: str, template: ContentTemplate) -> None:
    item = {"template": template.model_dump_json(exclude_unset=True)}
    try:
        table.put_new(keys.content(account, template.id), item)
    except ConditionFailed as failed:
        # The answer to a first try was lost and the SDK tried again: it is ours, and there.
        if not failed.item or failed.item["template"] != item["template"]:
            raise


def get(table: Table, account: str, content_id: str) -> ContentTemplate | None:
    item = table.get(keys.content(account, content_id))
    return _template(item) if item else None


def delete(table: Table, account: str, content_id: str) -> bool:
    """Delete a template; False if there was none. Operations keep a copy of their template."""
    return table.delete(keys.content(account, content_id))


def page(table: Table, account: str, *, size: int, after: str | None = None) -> pages.Page[ContentTemplate]:
    """Up to `size` templates that come after the id `after`, newest first."""
    return pages.of_items(table, keys.content(account, ""), _template, size=size, after=after)


def _template(item: Item) -> ContentTemplate:
    return ContentTemplate.model_validate_json(item["template"])
