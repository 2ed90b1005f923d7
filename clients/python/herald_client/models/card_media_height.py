from enum import Enum

class CardMediaHeight(str, Enum):
    MEDIUM = "MEDIUM"
    SHORT = "SHORT"
    TALL = "TALL"

    def __str__(self) -> str:
        return str(self.value)
