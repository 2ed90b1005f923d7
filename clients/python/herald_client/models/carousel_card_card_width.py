from enum import Enum

class CarouselCardCardWidth(str, Enum):
    MEDIUM = "MEDIUM"
    SMALL = "SMALL"

    def __str__(self) -> str:
        return str(self.value)
