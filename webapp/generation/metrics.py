"""Figures for Prometheus, read from the database and Redis when they are asked for."""

from collections.abc import Iterable

from django.db.models import Count, Q, Sum
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from webapp.generation.models import Generation, UsageRecord
from webapp.generation.selectors import totals_by_status, workers_alive

_FIRST_TOKEN_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)


class GenerationCollector(Collector):
    def collect(self) -> Iterable[Metric]:
        yield _generations()
        yield _queue_depth()
        yield from _tokens()
        yield _first_token()
        yield from _workers()


def metrics_text() -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(GenerationCollector())
    return generate_latest(registry)


def _generations() -> Metric:
    gauge = GaugeMetricFamily(
        "tandem_generations", "Generations by status", labels=["status"]
    )
    for status, count in totals_by_status().items():
        gauge.add_metric([status], count)
    return gauge


def _queue_depth() -> Metric:
    gauge = GaugeMetricFamily(
        "tandem_queue_depth", "Generations that wait", labels=["queue"]
    )
    queued = Generation.objects.filter(status=Generation.Status.QUEUED)
    counts = dict(queued.values_list("queue").annotate(Count("id")).order_by())
    for queue in Generation.Queue.values:
        gauge.add_metric([queue], counts.get(queue, 0))
    return gauge


def _tokens() -> Iterable[Metric]:
    read = CounterMetricFamily("tandem_prompt_tokens", "Tokens read", labels=["model"])
    written = CounterMetricFamily(
        "tandem_output_tokens", "Tokens written", labels=["model"]
    )
    sums = UsageRecord.objects.values("model").order_by("model")
    for row in sums.annotate(read=Sum("prompt_tokens"), written=Sum("output_tokens")):
        read.add_metric([row["model"]], row["read"])
        written.add_metric([row["model"]], row["written"])
    return [read, written]


def _first_token() -> Metric:
    histogram = HistogramMetricFamily(
        "tandem_first_token_seconds", "From being queued to the first token"
    )
    counts = {
        f"le_{number}": Count("id", filter=Q(first_token_seconds__lte=seconds))
        for number, seconds in enumerate(_FIRST_TOKEN_SECONDS)
    }
    measured = UsageRecord.objects.filter(first_token_seconds__isnull=False)
    sums = measured.aggregate(all=Count("id"), sum=Sum("first_token_seconds"), **counts)
    buckets = [
        (str(seconds), sums[f"le_{number}"])
        for number, seconds in enumerate(_FIRST_TOKEN_SECONDS)
    ]
    histogram.add_metric(
        [], buckets=[*buckets, ("+Inf", sums["all"])], sum_value=sums["sum"] or 0
    )
    return histogram


def _workers() -> Iterable[Metric]:
    workers = workers_alive()
    return [
        GaugeMetricFamily("tandem_workers", "Model workers alive", value=len(workers)),
        GaugeMetricFamily(
            "tandem_slots",
            "Answers that can be written at the same time",
            value=sum(worker.slots for worker in workers),
        ),
        GaugeMetricFamily(
            "tandem_slots_running",
            "Answers being written",
            value=sum(worker.running for worker in workers),
        ),
    ]
