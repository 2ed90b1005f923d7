"""From content and a recipient's variables to what is sent: pure, no AWS.

Importing this loads python-liquid (about 0.2 s), so only what renders imports it.
"""

from herald.content.liquid import Checker, Template, Unrenderable, problem_with
from herald.content.personalize import Personalizer, Rendered, Shown

__all__ = ["Checker", "Personalizer", "Rendered", "Shown", "Template", "Unrenderable", "problem_with"]
