"""The checks of `herald doctor`, and their findings.

findings     the finding of a check: a state, what it means, the cure; and the list of checks
deployed     a deployed stack, read with AWS credentials, each call bounded in time
sources      the queues of a stack, and the function that reads each
stack        the checks of Lambda, SQS, CloudWatch and API Gateway; they read only
table        the checks of the table, its stream and its keys; they read only
sms          the checks of AWS End User Messaging; they read only
exchange     one request to the API as a value, and its answer
probes       the checks of the API by requests that change nothing
statements   the checks of the table by writes to rows of the doctor's own
canary       an account of the doctor's own that sends 300 messages by the sandbox
transcript   requests and answers, without anything secret or personal
examination  the checks of one run, in their order
"""
