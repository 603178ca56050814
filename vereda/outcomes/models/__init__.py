"""Tables of promised benefits, of what was measured and said about them, and of expectations.

Django looks for models here, so this is the one package that imports its modules.
"""

from vereda.outcomes.models import expectations, outcomes

__all__ = ["expectations", "outcomes"]
