from enum import Enum

class LimitName(str, Enum):
    DOLLARSPERDAY = "dollarsPerDay"
    DOLLARSPERMONTH = "dollarsPerMonth"
    PARTSPERDAY = "partsPerDay"
    RECIPIENTSPERDAY = "recipientsPerDay"
    REQUESTSPERSECOND = "requestsPerSecond"

    def __str__(self) -> str:
        return str(self.value)
