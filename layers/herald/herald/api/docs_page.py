"""A page for people, made from the OpenAPI document: one file, no scripts, nothing fetched."""

from collections.abc import Iterator
from html import escape
from typing import Any, Final

from herald.model import problems

_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { margin-bottom: 0 }
h2 { margin-top: 2.5rem }
code { font: 14px ui-monospace, monospace }
.method { display: inline-block; min-width: 4.5rem; font-weight: bold }
.ours { font-size: 14px; font-style: italic }
details { border: 1px solid #8884; border-radius: 6px; margin: .5rem 0; padding: .5rem 1rem }
summary { cursor: pointer }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
td { vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid #8882 }
td, summary, p { overflow-wrap: anywhere }
@media (max-width: 40rem) {
  body { margin: 1rem auto }
  td { display: block; border: 0; padding: 0 }
  tr { display: block; border-top: 1px solid #8882; padding: .25rem 0 }
}
:root { color-scheme: light dark }
"""

JsonObject = dict[str, Any]


def page(document: JsonObject) -> str:
    """The document as HTML."""
    about = document["info"]
    parts = [
        "<!doctype html><html lang=en><head><meta charset=utf-8>",
        '<meta name=viewport content="width=device-width">',
        f"<title>{escape(about['title'])}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(about['title'])}</h1><p>{escape(about['description'])}</p>",
        f"<p>Base URL <code>{escape(document['servers'][0]['url'])}</code>, HTTP Basic authentication. ",
        "The same as data: <a href=openapi.json>openapi.json</a>.</p>",
        *_operations(document),
        "<h2>Shapes</h2>",
        *_shapes(document["components"]["schemas"]),
        "<h2>Codes of Herald's own</h2>",
        _codes(),
        "</main></body></html>",
    ]
    return "\n".join(parts)


def _operations(document: JsonObject) -> Iterator[str]:
    tag = None
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if operation["tags"][0] != tag:
                [tag] = operation["tags"]
                yield f"<h2>{escape(tag)}</h2>"
            yield _operation(method, path, operation)


def _operation(method: str, path: str, operation: JsonObject) -> str:
    ours = " <span class=ours>Herald's own</span>" if operation.get("x-herald") else ""
    rows = [
        (
            each["name"],
            f"{each['in']}: {_type(each['schema'])}",
            escape(each["description"]),
        )
        for each in operation["parameters"]
    ]
    if "requestBody" in operation:
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        rows.append(("body", _type(body), ""))
    for status, answer in operation["responses"].items():
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        rows.append((status, _type(schema) if schema else "", escape(answer["description"])))
    return (
        # A link to what is inside opens it: to the row itself it would not.
        f"<details><summary><span class=method>{method.upper()}</span>"
        f" <code>{escape(path)}</code> {escape(operation['summary'])}{ours}</summary>"
        f"<div id={operation['operationId']}>{_table(rows)}</div></details>"
    )


def _shapes(schemas: JsonObject) -> Iterator[str]:
    for name, schema in sorted(schemas.items()):
        required = schema.get("required", ())
        rows = [
            (key + ("" if key in required else "?"), _type(each), escape(each.get("description", "")))
            for key, each in schema.get("properties", {}).items()
        ]
        if not rows:
            rows = [("", _type(schema), "")]
        about = escape(schema.get("description", ""))
        yield (
            f"<details><summary><code>{escape(name)}</code></summary>"
            f'<div id="{escape(name)}"><p>{about}</p>{_table(rows)}</div></details>'
        )


def _codes() -> str:
    """Where the `infoUrl` of an error leads whose code is not Twilio's."""
    rows = "".join(
        f'<tr id="error-{each.code}"><td><code>{each.code}</code></td><td>{escape(each.message)}</td></tr>'
        for each in problems.own()
    )
    return f"<table>{rows}</table>"


def _table(rows: list[tuple[str, str, str]]) -> str:
    cells = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{kind}</td><td>{about}</td></tr>"
        for name, kind, about in rows
    )
    return f"<table>{cells}</table>"


def _type(schema: JsonObject) -> str:
    """A schema in a few words, as HTML."""
    if ref := schema.get("$ref"):
        name = escape(ref.rsplit("/", 1)[1])
        return f'<a href="#{name}"><code>{name}</code></a>'
    for key in ("oneOf", "anyOf", "allOf"):
        if key in schema:
            return " or ".join(map(_type, schema[key]))
    if "enum" in schema:
        return " ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return "list of " + _type(schema.get("items", {}))
    limits = [
        f"{name} {schema[key]}"
        for name, key in (("from", "minimum"), ("to", "maximum"), ("up to", "maxLength"))
        if key in schema
    ]
    return escape(" ".join([str(schema.get("type", "any")), *limits]))
