"""The HTTP face: what is read from requests, and what is answered.

errors      the error envelope, and the one table from exceptions to answers
requests    bodies, checked; every problem in one answer
queries     query strings, checked
responses   the wire's shapes of operations, messages and pages; sender_responses of senders and pools
routing     the resolver that functions put their routes on
"""
