"""The HTTP face: what is read from requests, and what is answered.

errors      the error envelope, and the one table from exceptions to answers
requests    bodies and query strings, checked; every problem in one answer
responses   the wire's shapes of operations, messages and pages
routing     the resolver that functions put their routes on
"""
