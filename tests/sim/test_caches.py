"""What Herald caches while a process sleeps: each simulated process has its own, and no other cache ages."""

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

from herald import runtime
from tests.sim.deaths import Died
from tests.sim.kernel import Process
from tests.sim.plans import Calm
from tests.sim.replaced import modules
from tests.sim.service import KEPT, Service, installed
from tests.template import ROOT

PRODUCT = (ROOT / "layers/herald/herald", ROOT / "functions")
# What may change while a process lives, and where it is read from.
CHANGES = ("boto3", "os", "herald.runtime", "herald.sending.app", "herald.store.table", "herald.store.limits")
# Variables of modules in which something gathers, and why nothing of it grows old.
GATHERED = {
    # Clients of AWS hold settings, and these are the environment's. The simulated carrier makes none.
    ("herald.runtime", "_carrier_clients"),
    # By the table of a process, and a minute old at most (the journey `dearer`).
    ("herald.sending.tariff", "_known"),
}


def cached() -> Iterator[tuple[ModuleType, str]]:
    for module in modules():
        for name, value in vars(module).items():
            if hasattr(value, "cache_clear") and getattr(value, "__module__", "") == module.__name__:
                yield module, name


def test_what_is_cached_and_may_change_is_each_processs_own() -> None:
    assert {name for module, name in cached() if module is runtime} == {*KEPT, "settings"}


def test_all_other_caches_follow_from_what_they_are_asked() -> None:
    others = {module for module, _ in cached()} - {runtime}
    assert others

    for module in others:
        assert module.__file__
        assert not imported(Path(module.__file__)).intersection(CHANGES), module.__name__


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def test_nothing_else_gathers_in_variables_of_modules() -> None:
    found = {
        (_module_of(path), target.id)
        for folder in PRODUCT
        for path in folder.rglob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and _is_empty(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }

    assert found == GATHERED


def _module_of(path: Path) -> str:
    folder = ROOT / "layers/herald" if "layers" in path.parts else ROOT
    return ".".join(path.relative_to(folder).with_suffix("").parts)


def _is_empty(value: ast.expr | None) -> bool:
    """Whether a value is a container that something is put into later."""
    match value:
        case ast.Dict(keys=[]) | ast.List(elts=[]):
            return True
        case ast.Call(func=ast.Name(id=name), args=[]):
            return name in ("dict", "list", "set", "defaultdict", "deque", "OrderedDict", "Counter") or (
                name.startswith("Weak")
            )
    return False


@pytest.fixture
def service() -> Iterator[Service]:
    with installed():
        service = Service(1, Calm({}))
        service.begin()
        yield service


def app_in(service: Service, code: Any, *, dies: bool = False) -> object:
    """What a process works with that has a module, and maybe dies of it."""
    found: list[object] = []

    def run() -> None:
        found.append(runtime.app())
        if dies:
            process.die()

    process = Process(service.kernel, "fan_out 1", service._finished(lambda process: None))
    process.code = code
    service.running[process] = set()
    process.start(run)
    service.run()
    assert isinstance(process.error, Died) is dies
    return found[0]


def test_a_process_that_wakes_hours_later_has_what_it_cached_and_another_has_not(service: Service) -> None:
    one, other = cast(Any, object()), cast(Any, object())
    first = app_in(service, one)
    service.kernel.now += 7 * 3_600.0

    assert app_in(service, one) is first
    assert app_in(service, other) is not first


def test_what_a_process_cached_is_gone_when_it_dies(service: Service) -> None:
    code = cast(Any, object())
    first = app_in(service, code, dies=True)

    assert app_in(service, code) is not first
