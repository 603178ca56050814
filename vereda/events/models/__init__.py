"""Tables beside the event store.

folding (FoldCursor, TraitClock, Proof), metrics (Metric, MetricValue, MeasureCursor), definitions
(Definition, Drift). Django looks for models here, so this package imports its modules.
"""

from vereda.events.models import definitions, folding, metrics

__all__ = ["definitions", "folding", "metrics"]
