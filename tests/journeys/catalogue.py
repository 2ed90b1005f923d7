"""All journeys that are told, by their names."""

from typing import Final

from tests.journeys.harder import HARDER
from tests.journeys.journeys import EASIER
from tests.journeys.limited import LIMITED

JOURNEYS: Final = (*EASIER, *HARDER, *LIMITED)
BY_NAME: Final = {journey.name: journey for journey in JOURNEYS}
