"""What a harness lacks, and which tests are left out there for it.

Keys are the beginnings of test ids. Nothing else is left out anywhere: tests/contracts/test_tidy.py
sees to it that each entry is of a test that there is, and that no test skips itself.
"""

from typing import Final

_BOTOCORE: Final = "it is about what botocore and moto do with a call, which the simulated AWS has not"
_QUEUE: Final = "it takes messages from queues by calls of its own, which the simulated queues have not"


# With `--aws sim`, as `make quick` has it.
ON_SIM: Final = {
    "tests/unit/carriers/test_aws_media.py::": "S3 is not simulated",
    "tests/unit/cli/test_cli_admin.py::": _BOTOCORE,
    "tests/unit/cli/test_cli_upkeep.py::": _QUEUE,
    "tests/unit/cli/test_restore.py::": "there is one table only",
    "tests/unit/test_callbacks_twilio.py::test_what_the_queue_does_not_take_is_not_acknowledged": _QUEUE,
    "tests/unit/test_inbound.py::test_a_message_that_cannot_be_read_does_not_hinder": _QUEUE,
    "tests/unit/test_limits.py::test_an_unexpected_error_is_a_500_that_tells_nothing": "it deletes the table",
    "tests/unit/test_local_state.py::test_a_restart": "it reads and writes as an operator, not as a function",
    "tests/unit/test_privacy.py::test_credentials_are_not_written_right_or_wrong": _BOTOCORE,
    "tests/unit/test_table.py::": _BOTOCORE,
    "tests/unit/test_tasks.py::": _BOTOCORE,
}

# With `make quick`: each takes more than half a second.
NOT_QUICK: Final = (
    "tests/unit/test_control.py::test_a_worker_that_dies_does_not_save_anybody",
    "tests/unit/test_crashes.py::",
    "tests/unit/test_crashes_elsewhere.py::test_a_batch_that_was_counted_in_part",
    "tests/unit/test_filters.py::",
    "tests/unit/test_groups.py::test_a_worker_may_die_at_any_call",
    "tests/unit/test_groups.py::test_the_worker_that",
    "tests/unit/test_liquid.py::test_a_value_is_text_whatever_is_in_it",
    "tests/unit/test_list_pages.py::",
    "tests/unit/test_openapi.py::test_the_description_is_valid_openapi",
    "tests/unit/test_opt_out.py::test_a_worker_may_die_at_any_call",
    "tests/unit/test_pacing.py::test_a_sender_keeps_its_rate",
    "tests/unit/test_pacing.py::test_a_worker_of_a_paced_sender_may_die_at_any_call",
    "tests/unit/test_pools.py::test_a_pool_takes_ten_thousand_senders_and_no_more",
    "tests/unit/test_profiles.py::test_a_worker_may_die_at_any_call",
    "tests/unit/test_second_tries.py::test_whoever_sends_again_may_die_at_any_call",
    "tests/unit/test_sessions.py::test_a_worker_that_dies_sends_nothing_twice",
)
