"""Cut a release: keep its template, so that tests compare later versions with it.

    python -m tools.release

It keeps template.yaml as releases/<version>/template.yaml and, in rows.json beside it, rows and queue
messages of the version. The version is that of pyproject.toml, which CHANGELOG.md and
the template's metadata have to name. The tag is set by hand, after the merge.
"""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]


def main() -> int:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    wanting = [
        name
        for name, text in (
            ("CHANGELOG.md", f"## [{version}]"),
            ("template.yaml", f"SemanticVersion: {version}"),
        )
        if text not in (ROOT / name).read_text()
    ]
    if wanting:
        print(f"{' and '.join(wanting)} do not name {version}", file=sys.stderr)
        return 1
    kept = ROOT / "releases" / version / "template.yaml"
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "template.yaml", kept)
    rows = kept.with_name("rows.json")
    subprocess.run(
        [sys.executable, "-m", "tests.release_rows", rows], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    print(f"Kept {kept.relative_to(ROOT)}. Commit it, then: git tag -s v{version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
