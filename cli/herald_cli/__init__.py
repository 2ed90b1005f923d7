"""The command `herald`: a client of the API, and the upkeep of a stack.

account_export  `herald account export`: all that an account can read of its own, as files
admin          what an operator does to a stack
aws_senders    what an AWS account can send from
client         a client of the Bulk Messaging API: `Herald(base_url, account_sid, auth_token)`
aws            clients of AWS, and of the local AWS that `make run` starts
aws_errors     what it means that AWS refuses or does not answer: the cause, the next command
commands       the commands of `herald`, by what they are about; `main` loads each when it is asked for
countries      the countries of phone numbers, by their ISO codes
deadletters    the dead letters of a stack: what they are, and their way back
doctor         what `herald doctor` looks at, and how it says what it found
exits          the exit codes of `herald`, which scripts may rely on (docs/cli.md)
export         what became of each recipient of an operation, as rows of a CSV or Parquet file
files          recipient files as people have them
journal        what has been sent of a file
main           the command `herald`
message        a message out of options
operator       the commands of the operator of a stack: `herald sender` and `herald inbound`
outside        what the commands touch of the outside world, and how they read and print it
preview        what a request will send
price_file     prices out of a file as carriers publish them
profiles       which stacks a person calls, and as which account: profiles in a file, secrets beside it
reading        the options by which a person says how a recipient file is to be read
recipients     recipients out of a file: checked whole before the first is sent
restore        `herald restore`: bring back what a table has that was restored beside the live one
send           send to any number of recipients, in as many requests as they need
sender_import  what an import of senders does to an account: compared first, then done
settings       where the API is and who calls it
show           what people see: progress, tables, errors, all worded and laid out here
show_access    what an operator sees of accounts, credentials and the audit log
show_doctor    what `herald doctor` shows: a line for each finding, and the sums
show_files     what people see of their files
show_upkeep    what an operator sees of repairs and dead letters: ids and counts, nothing personal
suppressions   the commands of an account's suppressed addresses: `herald suppressions ...`
upkeep         the commands that set a stack right: `herald repair`, `herald redrive`, `herald deadletters`
watch          follow operations until nothing more is to be expected of them
"""
