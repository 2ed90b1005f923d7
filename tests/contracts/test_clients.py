"""The generated clients are those of the API as it is."""

import json

from tools.clients import DESCRIPTION, description


def test_the_clients_are_made_from_the_description_of_today() -> None:
    made_from = json.loads(DESCRIPTION.read_text())

    assert made_from == json.loads(json.dumps(description())), "make clients"
