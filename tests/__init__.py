"""The tests. What Lambda sets before it imports a function is set before they import anything."""

import os

os.environ |= {"POWERTOOLS_SERVICE_NAME": "herald", "POWERTOOLS_METRICS_NAMESPACE": "herald"}
