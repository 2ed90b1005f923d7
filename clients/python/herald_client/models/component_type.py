from enum import Enum

class ComponentType(str, Enum):
    BODY = "body"
    BUTTON = "button"
    HEADER = "header"

    def __str__(self) -> str:
        return str(self.value)
