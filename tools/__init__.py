"""Tools for developers: the local stack, and generators.

demo          `make demo`
endpoints     the README's table of endpoints
fake_carrier  a carrier that sends nothing
numbers       the table of calling codes
release       cut a release: keep its template, so that tests compare later versions with it
stack         Herald on this machine: the same template, deployed into a local AWS
wheel         `make wheel`: build the wheel, and try its command on every Python that this machine has
clients       `make clients`: typed clients for Python and TypeScript, generated from openapi.json
try_docs      /docs and /docs/try in a browser
try_clients   clients that users generate from openapi.json: whether they compile and send
"""
