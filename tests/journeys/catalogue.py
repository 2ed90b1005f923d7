"""All named journeys."""

from typing import Final

from tests.journeys.harder import HARDER
from tests.journeys.journeys import EASIER
from tests.journeys.limited import LIMITED
from tests.journeys.rarer import RARER
from tests.journeys.repaired import REPAIRED

JOURNEYS: Final = (*EASIER, *HARDER, *RARER, *LIMITED, *REPAIRED)
BY_NAME: Final = {journey.name: journey for journey in JOURNEYS}
