"""Rounds of a measurement, in seconds, made as `microfold bench` makes them."""

import statistics
import time

SHORTEST_ROUND = 0.02  # seconds that a round of something small lasts about


def seconds(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def rounds(body, count):
    """Seconds of one run of `body`, `count` times, warm; a round of something small repeats it."""
    body()
    repetitions = max(1, min(1000, int(SHORTEST_ROUND / max(seconds(body), 1e-6))))

    def repeated():
        for _ in range(repetitions):
            body()

    return [seconds(repeated) / repetitions for _ in range(count)]


def median(values):
    return statistics.median(values)
