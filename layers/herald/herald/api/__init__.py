"""The HTTP face: what is read from requests, and what is answered.

examples    examples of requests and answers, for openapi.json
errors      the error envelope, and the one table from exceptions to answers
requests    bodies, checked; every problem in one answer
queries     query strings, checked
responses   the wire's shapes of operations, messages and pages; sender_responses of senders and pools
routing     the resolver that functions put their routes on
audited     a request that may change something, with its event in the audit log
identity    the identity of a request, on its way from the authorizer to the function
basic_auth  HTTP Basic authentication (RFC 7617), read strictly
bodies      how much a JSON body may hold before its shape is looked at, and how much is said about it
docs_page   a page for people, made from the OpenAPI document: one file, no scripts, nothing fetched
endpoints   the declaration of an endpoint: from it follow its route, checks, answers and description
ids         the parts of paths that are ids: their forms, as the contract publishes them
names       names in a body that stand at the wrong place, or are misspelt
openapi     the API described as OpenAPI 3.1, made from the models that also do the work
pages       pages of lists: tokens in and out
tokens      page tokens: where a page begins, signed, and bound to what it is a page of
shapes      the shapes that several resources share: answers, errors, pages and instants
glossary     the meaning of each property of the wire, by its name: the descriptions of openapi.json
json_schema  the JSON schemas of shapes
"""
