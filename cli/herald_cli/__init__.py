"""The command `herald`: a client of the API, and the upkeep of a stack.

account_export  `herald account export`: all data that an account can read, as files
admin          what an operator does to a stack
aws_senders    what an AWS account can send from
client         a client of the Bulk Messaging API: `Herald(base_url, account_sid, auth_token)`
aws            clients of AWS, and of the local AWS that `make run` starts
aws_errors     errors of AWS, explained: the cause, the next command
commands       the commands of `herald`, by what they are about; `main` loads each when it is asked for
countries      the countries of phone numbers, by their ISO codes
deadletters    the dead letters of a stack: their kinds, and how they are sent back
doctor         the checks of `herald doctor`, and their findings
examine        a file compared with a message, before anything is sent
exits          the exit codes of `herald`, which scripts may rely on (docs/cli.md)
export         the result for each recipient of an operation, as rows of a CSV or Parquet file
files          recipient files as people have them
journal        what has been sent of a file
lines          the lines of a file that was sent, by the places of its recipients
main           the command `herald`
message        the message that the options describe
operator       the commands of the operator of a stack: `herald sender` and `herald inbound`
outside        the commands' access to the outside world, and how they read and print
preview        what a request will send
price_file     prices from a file as carriers publish it
profiles       which stacks a person calls, and as which account: profiles in a file, secrets beside it
reading        the options by which a person says how a recipient file is to be read
recipients     the recipients in a file: all checked before the first is sent
restore        `herald restore`: bring back items from a table that was restored beside the live one
rules          the API's own rules for a request to send
send           send to any number of recipients, in as many requests as they need
sender_import  what an import of senders does to an account: compared first, then done
settings       the URL and the credentials of the API
show           output for people: progress, tables, errors, all worded and laid out here
show_access    output about accounts, credentials and the audit log
show_doctor    output of `herald doctor`: a line for each finding, and the sums
show_files     output about recipient files
show_upkeep    output about repairs and dead letters: ids and counts, nothing personal
suppressions   the commands of an account's suppressed addresses: `herald suppressions ...`
upkeep         the commands that repair a stack: `herald repair`, `herald redrive`, `herald deadletters`
watch          follow operations until nothing more is to be expected of them
"""
