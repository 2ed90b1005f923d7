from enum import Enum

class SuppressionSource(str, Enum):
    API = "API"
    CARRIER = "CARRIER"
    IMPORT = "IMPORT"
    STOP = "STOP"

    def __str__(self) -> str:
        return str(self.value)
