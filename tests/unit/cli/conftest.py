import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from herald_cli.main import Outside, cli
from tests.unit.cli.fake_api import FakeApi, FakeClock, Run


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def run(api: FakeApi, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `herald ...` against the fake API, in an empty directory."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: bytes | None = None, settings: bool = True) -> Result:
        environment = {
            "HERALD_BASE_URL": "https://api.test/v1" if settings else None,
            "HERALD_ACCOUNT_SID": "AC1" if settings else None,
            "HERALD_AUTH_TOKEN": "token" if settings else None,
        }
        world = Outside(transport=api.transport, clock=clock, sleep=clock.sleep)
        result = CliRunner(env=environment).invoke(cli, arguments, obj=world, input=stdin)
        # What went wrong in the command, not in the assertion that follows.
        if result.exception and not isinstance(result.exception, SystemExit):
            sys.stderr.write(result.output)
            raise result.exception
        return result

    return run
