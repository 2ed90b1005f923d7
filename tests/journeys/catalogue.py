"""All journeys that are told, by their names."""

from typing import Final

from tests.journeys.harder import HARDER
from tests.journeys.journeys import EASIER

JOURNEYS: Final = (*EASIER, *HARDER)
BY_NAME: Final = {journey.name: journey for journey in JOURNEYS}
