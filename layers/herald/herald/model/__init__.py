"""The domain: pure values and rules, without AWS and HTTP.

access         the scopes of credentials, and the identity of a request
wire           the base of every shape of the wire
batches        items in groups of a size, and the results of several threads
ids            identifiers, and the facts that they carry
status         the states of a message and their order
phase          what Herald itself has left to do for a message
addresses      addresses of people, and senders of an account
recipients     the `to` of a request
content        the `content` and `tags` of a request
rcs            the content of RCS
texts          texts and URLs, with or without Liquid in them
templates      content templates
parts          the part of a content that each channel gets
sources        the `from` of a request
senders        an account's senders, and the requests about them
pools          sender pools
routes         the senders and addresses of a message, in their order
request        the request as a whole
operation      an accepted request and its counts
message        one recipient's row, its attempts, a carrier's receipt
inbound        inbound messages to an account's senders
keywords       keywords by which people opt out, opt in again and ask for help
suppressions   the addresses that an account may not write to
change         a change of a row, as far as the counts are concerned
problems       codes and messages of errors
block          blocks: the last counted states of 256 neighbouring places of an operation, as a merge
calling_codes  the forms of the numbers of each calling code
dates       the form of a date-time of RFC 3339
delivery       options of a request for the carrier: an extension of Herald's to the body of POST /Messages
numbers        phone numbers: the possible ones, and one key for all spellings of one
opt_out        recognises opt-outs: those that are acted upon, and those that are only shown
profiles       profiles: people whom requests name by an id instead of by their addresses
zones          the country and the time zone of a phone number
quiet          quiet hours: during which minutes of a recipient's day messages may arrive
schedule       when a request's messages are due: the `schedule` of the wire
segments       how many message parts a text is: what carriers count, pace and charge
spoken         what a person has typed, without what does not count in a word
stop_words     the words by which people of the world opt out, opt in again and ask for help
whatsapp       what WhatsApp can show beside text and media: templates that Meta has approved, and buttons
amounts        recipients, message parts and money that messages take of an account's limits
limits         what an account may send: a second, a day and a month, and to which countries
prices         what a message part costs, by channel and country
duplicates     people of a request who are in it before
"""
