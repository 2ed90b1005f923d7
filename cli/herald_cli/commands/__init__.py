"""The commands of `herald`, by what they are about; `main` loads each when it is asked for.

accounts    `herald account ...`: accounts made, shown, changed, disabled and enabled
audit       `herald audit`: which credential asked for which change, when, and the outcome
configure   `herald login`, `herald logout` and `herald config`: the stacks that a user calls
doctor      `herald doctor`: checks a deployed stack
demo        `herald demo`: 10,000 example messages on the stack of this folder
exporting   `herald operations export`
keys        `herald key ...`: API keys beside an account's auth token
limits      `herald account limit`, `herald limits` and `herald prices ...`
messages    `herald messages` and `herald message`
operations  `herald operations ...`: lists operations, shows, pauses, resumes, cancels and exports them
resources   the commands for the resources of an account
sending     `herald send`, `herald check` and `herald watch`
"""
