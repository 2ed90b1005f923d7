"""What `sam build` made, packed for deployments: archives of the code, and a template that names them.

`sam deploy` packs too, but again for every stack, which takes longer than the rest of a start. Here a
build is packed once, for all stacks of this checkout.
"""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

ARTIFACTS_BUCKET: Final = "herald-artifacts"
_TEMPLATE: Final = "template.json"
# The property of a resource that names its code.
_CODE: Final = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
# The earliest that an archive knows: the same code has the same archive, whenever it was built.
_WHENEVER: Final = (1980, 1, 1, 0, 0, 0)


class Package(NamedTuple):
    """A template whose code is in ARTIFACTS_BUCKET, and the archives that belong there by their names."""

    template: dict[str, Any]
    archives: list[Path]


def pack(built: Path, folder: Path) -> None:
    """Pack the template of a build into a folder that holds nothing else."""
    folder.mkdir(parents=True)
    # What `sam build` writes has no tags such as !Ref.
    template: dict[str, Any] = yaml.safe_load(built.read_text())
    for resource in template["Resources"].values():
        if name := _CODE.get(resource["Type"]):
            code = resource["Properties"][name]
            archive = _archive(built.parent / code, folder)
            resource["Properties"][name] = f"s3://{ARTIFACTS_BUCKET}/{archive.name}"
    # Written last: without it the folder is no package.
    (folder / _TEMPLATE).write_text(json.dumps(template))


def unpacked(folder: Path) -> Package:
    """The package in a folder. Raises FileNotFoundError."""
    template = json.loads((folder / _TEMPLATE).read_text())
    return Package(template, sorted(folder.glob("*.zip")))


def _archive(code: Path, folder: Path) -> Path:
    """An archive of the files below a folder, named by what is in them."""
    draft = folder / "draft"
    with zipfile.ZipFile(draft, "w") as archive:
        for path in sorted(path for path in code.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(path.relative_to(code).as_posix(), _WHENEVER)
            info.external_attr = 0o644 << 16
            archive.writestr(info, path.read_bytes())
    with draft.open("rb") as file:
        name = hashlib.file_digest(file, "sha256").hexdigest()[:32]
    return draft.replace(folder / f"{name}.zip")
