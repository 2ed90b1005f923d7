"""Pages for people, made from the OpenAPI document: the reference, and swagger-ui to try the API out.

Nothing is fetched from other hosts: swagger-ui comes with Powertools, and is in the layer already.
"""

import json
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final

from herald.model import problems

JsonObject = dict[str, Any]

_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { margin-bottom: 0 }
h2 { margin-top: 2.5rem }
code, pre { font: 14px/1.4 ui-monospace, monospace }
pre { background: #8882; border-radius: 6px; padding: .5rem .75rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere }
a { color: light-dark(#0645ad, #8ab4f8) }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem .6rem }
.method { display: inline-block; min-width: 4.5rem; font-weight: bold }
.ours { font-size: 14px; font-style: italic }
details { border: 1px solid #8886; border-radius: 6px; margin: .5rem 0; padding: .5rem 1rem }
summary { cursor: pointer }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
th { text-align: left }
th, td { vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid #8884 }
td, summary, p { overflow-wrap: anywhere }
@media (max-width: 40rem) {
  body { margin: 1rem auto }
  thead { position: absolute; clip-path: inset(50%) }
  td { display: block; border: 0; padding: 0 }
  tr { display: block; border-top: 1px solid #8884; padding: .25rem 0 }
}
:root { color-scheme: light dark; background: light-dark(#fff, #16181c); color: light-dark(#1a1a1a, #e8e8e8) }
"""
# Shows the rows that hold the typed words, and opens the target of a link.
_SEARCH: Final = """
const box = document.getElementById("search");
const rows = [...document.querySelectorAll("details")];
const texts = rows.map(row => row.textContent.toLowerCase());
function search() {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  rows.forEach((row, place) => { row.hidden = !words.every(word => texts[place].includes(word)); });
  document.getElementById("found").textContent =
    words.length ? rows.filter(row => !row.hidden).length + " found" : "";
}
function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const row = target && target.closest("details");
  if (!row) return;
  row.hidden = false;
  row.open = true;
  target.scrollIntoView();
}
box.addEventListener("input", search);
addEventListener("hashchange", open);
document.getElementById("searching").hidden = false;
open();
"""
_TRY: Final = """<!doctype html><html lang=en><head><meta charset=utf-8>
<meta name=viewport content="width=device-width, initial-scale=1"><title>Try Herald</title>
<link rel=stylesheet href=swagger-ui.css></head><body><main><h1 class=visually-hidden>Try Herald</h1>
<div id=swagger-ui></div></main>
<script src=swagger-ui.js></script><script src=try.js></script></body></html>"""
_START: Final = """
SwaggerUIBundle({ url: "../openapi.json", dom_id: "#swagger-ui", deepLinking: true, filter: true,
  docExpansion: "list", defaultModelsExpandDepth: 0, tryItOutEnabled: true, validatorUrl: null });
"""
_SWAGGER: Final = "aws_lambda_powertools.event_handler.openapi.swagger_ui"

_HTML: Final = "text/html; charset=utf-8"
_JAVASCRIPT: Final = "text/javascript; charset=utf-8"


def file(name: str) -> tuple[str, str] | None:
    """A file beside the page: its media type and text; None if there is none of that name."""
    match name:
        case "search.js":
            return _JAVASCRIPT, _SEARCH
        case "try":
            return _HTML, _TRY
        case "try.js":
            return _JAVASCRIPT, _START
        case "swagger-ui.js":
            return _JAVASCRIPT, _of_swagger("swagger-ui-bundle.min.js")
        case "swagger-ui.css":
            hidden = ".visually-hidden{position:absolute;clip-path:inset(50%)}"
            return "text/css; charset=utf-8", _of_swagger("swagger-ui.min.css") + hidden
    return None


# Not `file`: a client may ask for any number of names.
@cache
def _of_swagger(name: str) -> str:
    return files(_SWAGGER).joinpath(name).read_text(encoding="utf-8")


def page(document: JsonObject) -> str:
    """The document as HTML."""
    about = document["info"]
    parts = [
        "<!doctype html><html lang=en><head><meta charset=utf-8>",
        '<meta name=viewport content="width=device-width, initial-scale=1">',
        f"<title>{escape(about['title'])}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(about['title'])}</h1><p>{escape(about['description'])}</p>",
        f"<p>Base URL <code>{escape(document['servers'][0]['url'])}</code>, HTTP Basic authentication. ",
        "The same as data: <a href=openapi.json>openapi.json</a>. ",
        "<a href=docs/try>Try it out</a>, with the credentials of an account.</p>",
        "<p id=searching hidden><label for=search>Search</label> <input type=search id=search>",
        "<span id=found role=status></span></p>",
        *_operations(document),
        "<h2>Shapes</h2>",
        *_shapes(document["components"]["schemas"]),
        "<h2>Codes of Herald's own</h2>",
        _codes(),
        "</main><script src=docs/search.js></script></body></html>",
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
    examples = []
    if "requestBody" in operation:
        body = operation["requestBody"]["content"]["application/json"]
        rows.append(("body", _type(body["schema"]), escape(operation["requestBody"]["description"])))
        examples.append(_example("A body", body["example"]))
    for status, answer in operation["responses"].items():
        content = answer.get("content", {}).get("application/json", {})
        rows.append(
            (status, _type(content["schema"]) if content else "", escape(answer["description"])),
        )
        if "example" in content:
            examples.append(_example("An answer", content["example"]))
    return (
        # A link to what is inside opens it: to the row itself it would not.
        f"<details><summary><span class=method>{method.upper()}</span>"
        f" <code>{escape(path)}</code> {escape(operation['summary'])}{ours}</summary>"
        f"<div id={operation['operationId']}>{_table(rows)}{''.join(examples)}</div></details>"
    )


def _example(title: str, value: Any) -> str:
    return f"<p>{title}:</p><pre>{escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>"


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
    """The targets of `infoUrl` for codes that are not Twilio's."""
    rows = "".join(
        f'<tr id="error-{each.code}"><td><code>{each.code}</code></td><td>{escape(each.message)}</td></tr>'
        for each in problems.own()
    )
    return f"<table><thead><tr><th>Code</th><th>Message</th></tr></thead><tbody>{rows}</tbody></table>"


def _table(rows: list[tuple[str, str, str]]) -> str:
    cells = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{kind}</td><td>{about}</td></tr>"
        for name, kind, about in rows
    )
    head = "<thead><tr><th>Name</th><th>Type</th><th>Meaning</th></tr></thead>"
    return f"<table>{head}<tbody>{cells}</tbody></table>"


def _type(schema: JsonObject) -> str:
    """A schema in a few words, as HTML."""
    if ref := schema.get("$ref"):
        name = escape(ref.rsplit("/", 1)[1])
        return f'<a href="#{name}"><code>{name}</code></a>'
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return " or ".join(map(_type, schema[key]))
    if "enum" in schema:
        return " ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return "list of " + _type(schema.get("items", {}))
    limits = [
        f"{name} {schema[key]:,}" for name, key in (("from", "minimum"), ("to", "maximum")) if key in schema
    ]
    # Of a text with Liquid, the limit holds for what it renders to.
    if most := schema.get("then", {}).get("maxLength") or schema.get("maxLength"):
        limits.append(f"up to {most:,}")
    kind = str(schema.get("type", "any"))
    if form := schema.get("format"):
        kind += f" ({form})"
    return escape(" ".join([kind, *limits]))
