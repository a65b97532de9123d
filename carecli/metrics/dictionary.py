"""The metric dictionary: every number the product knows, defined once (R1)."""

from __future__ import annotations

from collections.abc import Mapping

from carecli.errors import UsageProblem
from carecli.metrics.dictionary_business import BUSINESS_METRICS
from carecli.metrics.dictionary_cases import CASE_METRICS
from carecli.metrics.dictionary_legs import LEG_METRICS
from carecli.metrics.dictionary_outcomes import OUTCOME_METRICS
from carecli.metrics.dictionary_promises import PROMISE_METRICS
from carecli.metrics.dictionary_surveys import SURVEY_METRICS
from carecli.metrics.dictionary_volume import VOLUME_METRICS
from carecli.metrics.dictionary_waits import WAIT_METRICS
from carecli.metrics.measures import Metric
from carecli.metrics.service_health import ERROR_RATE

METRICS: Mapping[str, Metric] = {
    metric.id: metric
    for metric in (
        *VOLUME_METRICS,
        *LEG_METRICS,
        *CASE_METRICS,
        *SURVEY_METRICS,
        *OUTCOME_METRICS,
        *BUSINESS_METRICS,
        *PROMISE_METRICS,
        *WAIT_METRICS,
        ERROR_RATE,
    )
}


def metric_named(metric_id: str) -> Metric:
    """The metric of that id; UsageProblem names the ones there are."""
    if metric_id not in METRICS:
        raise UsageProblem(f"unknown metric {metric_id!r}", hint=f"known metrics: {', '.join(METRICS)}")
    return METRICS[metric_id]
