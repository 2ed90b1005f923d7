"""Renders content with a recipient's variables: pure, no AWS.

Importing this loads python-liquid (about 0.2 s), so only code that renders imports it.

conditions      Liquid's `if`, `unless` and `case` as LiquidJS has them, for the parser of python-liquid
expressions     Liquid's expressions as LiquidJS reads and evaluates them, for the parser of python-liquid
filters         Liquid's filters as LiquidJS has them (docs/liquid.md lists where they differ)
liquid          Liquid in a box: text in, text out, nothing else within reach
liquid_cost     what rendering a text may cost, counted where it is spent
liquid_dates    Liquid's filter `date`: ISO 8601 in, a text out; no clock, no zone of the machine
liquid_guard    a linear check of a Liquid source before the library's lexer and parser read it
list_filters    Liquid's filters of lists as LiquidJS has them
loops           Liquid's loops, cycles and counters as LiquidJS has them, for the parser of python-liquid
number_filters  Liquid's filters of numbers as LiquidJS has them, but that they calculate in decimal
personalize     the content of one request, compiled once and rendered for each recipient
placeholders    what other products write where Liquid writes `{{ name }}`
tags            Liquid's tags and outputs as LiquidJS has them, for the parser of python-liquid
text_filters    Liquid's filters of texts as LiquidJS has them
values          values as LiquidJS has them: the strings, numbers, booleans, arrays and nil of JavaScript
straight  templates of text and variables alone, as most are: rendered without python-liquid, and the same
"""

from herald.content.liquid import Checker, Template, Unrenderable, problem_with
from herald.content.personalize import Personalizer, Rendered, Shown
from herald.content.placeholders import unfilled

__all__ = [
    "Checker",
    "Personalizer",
    "Rendered",
    "Shown",
    "Template",
    "Unrenderable",
    "problem_with",
    "unfilled",
]
