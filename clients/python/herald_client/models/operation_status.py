from enum import Enum

class OperationStatus(str, Enum):
    CANCELED = "CANCELED"
    COMPLETED = "COMPLETED"
    PROCESSING = "PROCESSING"
    SCHEDULED = "SCHEDULED"

    def __str__(self) -> str:
        return str(self.value)
