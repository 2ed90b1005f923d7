"""What Herald is about: pure values and rules, with no AWS and no HTTP in them.

access         what a scope lets a credential do, and the identity of a request
wire           what every shape of the wire has in common
batches        items in groups of a size
ids            identifiers, and what they tell of what they name
status         the states of a message and their order
phase          what Herald itself has left to do for a message
addresses      whom and from whom: addresses of people, senders of an account
recipients     the `to` of a request
content        the `content` and `tags` of a request
rcs            what RCS can show
texts          texts and URLs, with or without Liquid in them
templates      content templates
parts          what of a content each channel gets
sources        the `from` of a request
senders        an account's senders, and what is asked of them
pools          sender pools
routes         the senders and addresses of a message, in their order
request        the request as a whole
operation      an accepted request and its counts
message        one recipient's row, its attempts, a carrier's receipt
inbound        what people write to an account's senders
keywords       words by which people opt out, opt in again and ask for help
suppressions   whom an account may not write to
change         what a change of a row means for the counts
problems       codes and messages of what can go wrong
block          blocks: what was last counted of 256 neighbouring places of an operation, as a merge
calling_codes  what the numbers behind each calling code look like
dates       the form of a date-time of RFC 3339
delivery       how a request wants its messages carried: an extension of ours to the body of POST /Messages
numbers        phone numbers: which a person can have, and one key for all the ways to write one
opt_out        whether somebody opts out: in words that are acted upon, or in a way that is only shown
profiles       profiles: people whom requests name by an id instead of by their addresses
zones          which country and which time zone a phone number belongs to
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
