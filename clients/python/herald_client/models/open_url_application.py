from enum import Enum

class OpenUrlApplication(str, Enum):
    BROWSER = "BROWSER"
    WEBVIEW = "WEBVIEW"

    def __str__(self) -> str:
        return str(self.value)
