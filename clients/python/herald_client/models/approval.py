from enum import Enum

class Approval(str, Enum):
    APPROVED = "APPROVED"
    PENDING = "PENDING"

    def __str__(self) -> str:
        return str(self.value)
