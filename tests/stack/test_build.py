"""`sam build` makes the same bytes of the same sources: each build of a commit deploys the same code."""

import filecmp
from pathlib import Path

from tools.stack.build import BUILD_DIR, build, build_again


def test_two_builds_of_the_same_sources_have_the_same_bytes(tmp_path: Path) -> None:
    build()

    build_again(tmp_path / "build")

    first, second = _files(BUILD_DIR), _files(tmp_path / "build")
    assert first.keys() == second.keys()
    assert len(first) > 1_000
    other = [name for name in first if not filecmp.cmp(first[name], second[name], shallow=False)]
    # It names the files of a publication by their paths from where it was built.
    assert [name for name in other if name != Path("template.yaml")] == []
    assert _without_paths(first[Path("template.yaml")]) == _without_paths(second[Path("template.yaml")])


def _without_paths(template: Path) -> list[str]:
    return [line for line in template.read_text().splitlines() if "Url: " not in line]


def _files(folder: Path) -> dict[Path, Path]:
    """Its files by their paths in it; the template names code by the folder that it was built into."""
    return {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
