"""One file for each resource of the API: its routes, a few lines each.

`reads` are answered by the function query, `sends` by accept, `changes` by
configure. A route parses, makes one call, and shapes the answer.
"""
