"""What other products write where Liquid writes `{{ name }}`, found before it is sent as it stands."""

import re
from typing import Final

# A name as files have it: words, perhaps with a space, a point or a hyphen between them.
_NAME: Final = r"[^\W\d][\w.\-]*(?: [\w.\-]+){0,3}"
_LOOKALIKES: Final = re.compile(
    rf"(?<![{{%])\{{\s*(?P<one>{_NAME})\s*\}}(?!\}})"
    rf"|\(\(\s*(?P<round>{_NAME})\s*\)\)"
    rf"|\[\[\s*(?P<square>{_NAME})\s*\]\]"
    rf"|<<\s*(?P<angle>{_NAME})\s*>>"
    rf"|%%\s*(?P<percent>{_NAME})\s*%%"
    r"|\*\|\s*(?P<star>[\w:.\-]{1,60})\s*\|\*"
)
_THREE: Final = re.compile(rf"\{{\{{\{{\s*({_NAME})\s*\}}\}}\}}")
_TRAIT: Final = re.compile(r"Twilio\.(?i:profile)\.([\w.\-]+)")
_VERBATIM: Final = re.compile(r"\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_PLAIN_NAME: Final = re.compile(r"[^\W\d][\w\-]*")
_SIGNS: Final = ("{", "((", "[[", "<<", "%%", "*|")


def lookalike(source: str) -> str | None:
    """The fault of a text that holds a placeholder of another product, and the cure; None: it holds none."""
    if not any(sign in source for sign in _SIGNS):
        return None
    text = _TAG.sub("", _VERBATIM.sub("", source))
    found = _LOOKALIKES.search(text)
    if found is None:
        return None
    name = next(filter(None, found.groups()))
    if trait := _TRAIT.fullmatch(name):
        return (
            f"{found[0]} stands in variables: write {{{{ {trait[1]} }}}},"
            f" and give recipients the variable {trait[1]} with the value ${{{name}}}"
        )
    cure = f"{{{{ {name} }}}}" if _PLAIN_NAME.fullmatch(name) else f'{{{{ ["{name}"] }}}}'
    return (
        f"{found[0]} would be sent as it is: write {cure} for the variable {name},"
        f" or {{% raw %}}{found[0]}{{% endraw %}} to send it"
    )


def triple_braces(source: str) -> str | None:
    """The cure where a text has three braces for two."""
    found = _THREE.search(source)
    return f"{found[0]} has a brace too many: write {{{{ {found[1]} }}}}" if found else None
