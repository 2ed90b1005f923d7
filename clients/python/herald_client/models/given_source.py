from enum import Enum

class GivenSource(str, Enum):
    API = "API"
    CARRIER = "CARRIER"
    IMPORT = "IMPORT"

    def __str__(self) -> str:
        return str(self.value)
