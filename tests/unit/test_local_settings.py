"""The files by which `herald` finds the stack of `make run`, when several run in one folder."""

from pathlib import Path

import pytest

from tools.stack.settings import Settings

FIRST, SECOND = 4566, 4567


@pytest.fixture
def running() -> set[int]:
    return {FIRST, SECOND}


@pytest.fixture
def settings(tmp_path: Path, running: set[int]) -> Settings:
    return Settings(tmp_path, running.__contains__)


def test_a_second_stack_leaves_the_file_of_the_first(settings: Settings) -> None:
    assert settings.remember(FIRST, "first")
    assert not settings.remember(SECOND, "second")

    assert settings.shared.read_text() == "first"
    settings.forget(SECOND)
    assert settings.shared.read_text() == "first"
    assert not settings.of(SECOND).exists()


def test_when_the_first_ends_the_file_is_of_the_second(settings: Settings) -> None:
    settings.remember(FIRST, "first")
    settings.remember(SECOND, "second")

    settings.forget(FIRST)

    assert settings.shared.read_text() == "second"
    settings.forget(SECOND)
    assert list(settings.folder.iterdir()) == []


def test_a_killed_stack_holds_nothing(settings: Settings, running: set[int]) -> None:
    settings.remember(FIRST, "first")
    running.remove(FIRST)

    assert settings.remember(SECOND, "second")


def test_a_stack_that_starts_again_has_its_new_credentials(settings: Settings) -> None:
    settings.remember(FIRST, "of the killed one")
    settings.forget(FIRST)

    assert settings.remember(FIRST, "new")
    assert settings.shared.read_text() == "new"


def test_only_the_owner_reads_the_credentials(settings: Settings) -> None:
    settings.remember(FIRST, "secret")

    assert {path.stat().st_mode & 0o777 for path in (settings.shared, settings.of(FIRST))} == {0o600}
