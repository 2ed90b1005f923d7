"""What tests of several files speak of."""

STATUSES = ("scheduled", "queued", "sent", "delivered", "read", "undelivered", "failed", "canceled")


def stats(**counts: int) -> dict[str, int]:
    """The twelve counts of an operation; those that are not given are zero."""
    names = ("total", "recipients", "attempts", "unaddressable", *STATUSES)
    assert set(counts) <= set(names)
    return {name: counts.get(name, 0) for name in names}
