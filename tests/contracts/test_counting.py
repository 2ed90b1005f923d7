"""What counting may cost: a figure that grows fails here. `bench.counting` measures them."""

from bench import counting


def test_a_message_costs_little_to_count() -> None:
    assert counting.tally_write_units() <= 0.02
    assert counting.tally_write_units_scattered() <= 0.4


def test_an_operation_of_10000_is_read_in_a_few_kilobytes() -> None:
    assert counting.operation_read_bytes() <= 3_000
