"""The HTTP interface: reads requests, writes answers.

examples    examples of requests and answers, for openapi.json
errors      the error envelope, and the one table from exceptions to answers
requests    bodies, checked; every problem in one answer
queries     query strings, checked
responses   the wire's shapes of operations, messages and pages; sender_responses of senders and pools
routing     the resolver that functions put their routes on
audited     a request that may change something, with its event in the audit log
identity    the identity of a request, on its way from the authorizer to the function
basic_auth  HTTP Basic authentication (RFC 7617), read strictly
bodies      bounds of a JSON body before its shape is validated, and of the problems in an answer
docs_page   the page for people, made from the OpenAPI document: nothing is fetched from other hosts
endpoints   the declaration of an endpoint: from it follow its route, checks, answers and description
ids         the parts of paths that are ids: their forms, as the contract publishes them
names       names in a body that are misplaced or misspelt
openapi     the API described in OpenAPI 3.1, made from the models that also validate requests
pages       pages of lists: tokens in and out
tokens      page tokens: where a page begins, signed, and bound to its list
shapes      the shapes that several resources share: answers, errors, pages and instants
glossary     the meaning of each property of the wire, by its name: the descriptions of openapi.json
json_schema  the JSON schemas of shapes
"""
