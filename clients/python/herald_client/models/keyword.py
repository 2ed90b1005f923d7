from enum import Enum

class Keyword(str, Enum):
    HELP = "HELP"
    START = "START"
    STOP = "STOP"

    def __str__(self) -> str:
        return str(self.value)
