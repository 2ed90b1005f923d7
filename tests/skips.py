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

# What has moto under it unless `--aws` says otherwise: a second opinion on every path of a message. A world
# on moto takes thirty times as long to make as a simulated one, which all others have. `--aws moto` runs
# all of them on it.
ON_MOTO: Final = (
    "tests/sim/test_store.py::",
    "tests/unit/test_conversations.py::",
    "tests/unit/test_delivery.py::",
    "tests/unit/test_journey.py::",
    "tests/unit/test_keywords.py::",
    "tests/unit/test_nothing_lost.py::",
    "tests/unit/test_operations_list.py::",
    "tests/unit/test_send_messages.py::",
)

# With `make quick`: each takes more than a fifth of a second of processor time there.
NOT_QUICK: Final = (
    "tests/unit/cli/test_cli_on_the_api.py::test_every_command_does_its_work",
    "tests/unit/test_account_limits.py::test_no_text_makes_its_bound_expensive",
    "tests/unit/test_answers.py::test_a_file_that_is_not_there_is_not_remembered",
    "tests/unit/test_block.py::test_a_merge_with_nothing_above_is_the_block_itself",
    "tests/unit/test_block.py::test_any_order_repetition_and_batching_ends_in_the_highest_states",
    "tests/unit/test_bodies.py::test_counting_ends_too",
    "tests/unit/test_control.py::test_a_worker_that_dies_does_not_save_anybody",
    "tests/unit/test_crashes.py::",
    "tests/unit/test_crashes_elsewhere.py::test_a_batch_that_was_counted_in_part",
    "tests/unit/test_crashes_elsewhere.py::test_a_request_whose_acceptance_dies",
    "tests/unit/test_filters.py::",
    "tests/unit/test_filters_api.py::test_tags_of_single_recipients_are_found_in_every_chunk",
    "tests/unit/test_from.py::test_a_channel_is_searched_on",
    "tests/unit/test_from.py::test_ten_thousand_recipients_from_a_full_pool_are_ten_calls",
    "tests/unit/test_groups.py::test_a_worker_may_die_at_any_call",
    "tests/unit/test_groups.py::test_a_worker_that_dies_among_refusals",
    "tests/unit/test_groups.py::test_the_worker_that",
    "tests/unit/test_idempotency.py::test_a_request_that_sleeps_through_its_lease_promises_nothing",
    "tests/unit/test_liquid.py::test_a_value_is_text_whatever_is_in_it",
    "tests/unit/test_liquid.py::test_no_template_does_anything_but_render",
    "tests/unit/test_liquidjs.py::test_there_is_no_difference_but_those_that_are_listed",
    "tests/unit/test_list_pages.py::",
    "tests/unit/test_numbers.py::test_what_the_library_takes_for_one_number_has_one_key",
    "tests/unit/test_openapi.py::test_the_description_is_valid_openapi",
    "tests/unit/test_opt_out.py::test_a_worker_may_die_at_any_call",
    "tests/unit/test_opt_out.py::test_of_several_chunks_who_opted_out_is_left_out",
    "tests/unit/test_opt_out.py::test_what_a_stop_covers_is_the_accounts_setting",
    "tests/unit/test_pacing.py::test_a_chunk_reserves_once_for_each_sender",
    "tests/unit/test_pacing.py::test_a_sender_keeps_its_rate",
    "tests/unit/test_pacing.py::test_a_worker_of_a_paced_sender_may_die_at_any_call",
    "tests/unit/test_pacing.py::test_what_comes_to_a_sender_from_failed_routes_wastes_none_of_its_time",
    "tests/unit/test_pacing.py::test_what_is_always_turned_away_is_given_up",
    "tests/unit/test_page_tokens.py::test_pages_of_every_size_give_each_message_once",
    "tests/unit/test_parties.py::test_all_pages_together_have_what_the_filters_let_through",
    "tests/unit/test_pools.py::test_a_pool_takes_ten_thousand_senders_and_no_more",
    "tests/unit/test_profiles.py::test_a_worker_may_die_at_any_call",
    "tests/unit/test_repair.py::test_an_operation_that_does_not_stand_still_keeps_its_counts",
    "tests/unit/test_second_tries.py::test_whoever_sends_again_may_die_at_any_call",
    "tests/unit/test_sessions.py::test_a_worker_that_dies_sends_nothing_twice",
    "tests/unit/test_shards.py::test_lists_show_everything_once_whatever_the_number_was",
    "tests/unit/test_shards.py::test_messages_that_come_with_more_shards_while_a_page_is_read",
    "tests/unit/test_suppressions_api.py::test_a_thousand_are_added_at_once",
    "tests/unit/test_tallies.py::test_two_writers_with_faults_end_in_the_counts_of_the_rows",
    "tests/unit/test_turns.py::test_each_place_goes_where_its_result_says",
    "tests/unit/test_turns.py::test_no_sequence_of_turns_loses_a_place",
)
# And of a test with many cases, so many are tried there.
QUICK_CASES: Final = 4
