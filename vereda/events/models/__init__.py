"""Tables beside the event store.

folding (FoldCursor, TraitClock, Proof), metrics (Metric, MetricValue, MeasureCursor), definitions
(Definition, Drift), retention (EventRetention, RetentionRun). Django looks for models here, so this
package imports its modules.
"""

from vereda.events.models import definitions, folding, metrics, retention

__all__ = ["definitions", "folding", "metrics", "retention"]
