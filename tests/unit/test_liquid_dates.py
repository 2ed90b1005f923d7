"""The filter `date`: ISO 8601 in, a text out, the same on every day and machine."""

import pytest

from herald.content import Template, Unrenderable, problem_with


def shown(value: str, form: str) -> str:
    return Template("{{ d | date: f }}").render({"d": value, "f": form})


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        ("2026-12-01", "%d.%m.%Y", "01.12.2026"),
        ("2026-12-01", "%-d %B %Y", "1 December 2026"),
        ("2026-12-01", "%a, %b %e", "Tue, Dec  1"),
        ("2026-12-01T09:05:07Z", "%H:%M:%S", "09:05:07"),
        ("2026-12-01T09:05:07+02:00", "%H:%M %z", "09:05 +0200"),
        ("2026-12-01T09:05-0330", "%:z", "-03:30"),
        ("2026-12-01 21:05", "%-I:%M %p|%l|%P", "9:05 PM| 9|pm"),
        ("2026-12-01T00:00:00.123456789Z", "%L %N", "123 123000000"),
        ("1970-01-02T00:00:00Z", "%s", "86400"),
        ("1969-12-31T23:59:59Z", "%s", "-1"),
        ("0001-01-01", "%Y-%m-%d %s", "0001-01-01 -62135596800"),
        ("9999-12-31T23:59:59-23:59", "%F %T %z", "9999-12-31 23:59:59 -2359"),
        ("2026-01-01", "%j %U %W %V %u %w %C %y", "001 00 00 01 4 4 20 26"),
        ("2026-03-23", "%^a %#b %_d %0e %q", "MON MAR 23 23 rd"),
        ("2026-12-01", "100%% %n%t", "100% \n\t"),
        (
            "2026-12-01",
            "%D %x %R %X %r %c",
            "12/01/26 12/1/2026 00:00 12:00:00 AM 12:00:00 AM 12/1/2026, 12:00:00 AM",
        ),
        ("2026-12-01", "no directive", "no directive"),
    ],
)
def test_a_date_is_written_by_its_format(value: str, form: str, text: str) -> None:
    assert shown(value, form) == text


def test_without_a_format_it_is_that_of_liquidjs() -> None:
    written = Template("{{ d | date }}").render({"d": "2026-12-01T09:05:07Z"})

    assert written == "Tuesday, December 1, 2026 at 9:05 am +0000"


@pytest.mark.parametrize(
    "value",
    [
        *("01/12", "13/12", "01/12/2026", "1.12.2026", "Dec 1", "December 1st, 2026", "tomorrow", "9:00"),
        *("now", "today", "1796083200", "-1", "20261201", "2026-W49", "2026-12", "2026-13-01", "2026-02-30"),
        *("2026-12-01T25:00", "2026-12-01T09:00:00+25:00", "٢٠٢٦-١٢-٠١", "2026-12-01T", "'" * 4_608),
        *("10000-01-01", " 2026-12-01", "2026-12-01\n"),
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_refused(value: str) -> None:
    with pytest.raises(Unrenderable, match="date: "):
        shown(value, "%Y")


@pytest.mark.parametrize("form", ["%9999999Y", "%51d", "%E", "%", "%é", "x" * 201])
def test_a_format_has_no_excessive_width_and_no_unknown_directive(form: str) -> None:
    with pytest.raises(Unrenderable, match="date: "):
        shown("2026-12-01", form)


@pytest.mark.parametrize(
    ("value", "zone", "text"),
    [
        ("2026-07-01T12:00:00Z", "'America/New_York'", "08:00 -0400"),
        ("2026-12-01T12:00:00+01:00", "'Australia/Lord_Howe'", "22:00 +1100"),
        ("2026-12-01T12:00:00", "-330", "17:30 +0530"),
        ("2026-12-01T12:00:00+01:00", "missing", "12:00 +0100"),
    ],
)
def test_a_date_is_shown_in_the_zone_that_the_filter_names(value: str, zone: str, text: str) -> None:
    assert Template(f"{{{{ d | date: '%H:%M %z', {zone} }}}}").render({"d": value}) == text


@pytest.mark.parametrize("zone", ["'Nowhere/Town'", "'../../etc/passwd'", "''", "1440", "'America'", "true"])
def test_a_zone_that_there_is_not_is_an_error(zone: str) -> None:
    with pytest.raises(Unrenderable, match="there is no time zone"):
        Template(f"{{{{ d | date: '%H', {zone} }}}}").render({"d": "2026-12-01"})


@pytest.mark.parametrize("source", ["{{ d | date: '%Y' }}", "{{ d | date }}"])
def test_a_date_that_is_missing_is_missing(source: str) -> None:
    assert problem_with(source) is None
    with pytest.raises(Unrenderable, match="'d' is missing"):
        Template(source).render({})


def test_a_missing_date_may_have_a_default() -> None:
    assert Template("{{ d | date: '%Y' | default: 'soon' }}").render({}) == "soon"
    assert Template("{{ d | date: '%Y' | default: 'soon' }}").render({"d": ""}) == "soon"
