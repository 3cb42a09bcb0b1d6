"""The intake while the provider answers nothing and Redis is away, beside itself on a good day."""

import socket
from collections.abc import Iterator
from functools import partial

from tests.bench.benchmarks import intake
from tests.bench.benchmarks.intake import rate, send_signed
from tests.bench.figures import Comparison
from tests.bench.stand import PYTHON, Stand
from tests.drill.crew import free_port


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Compare with the same server without work to do and without a broker to miss."""
    normal = intake.believing(stand)
    url = stand.empty("troubled")
    # Takes connections and never says a word.
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        troubles = {
            "OFFBLOCKS_BASE_URL": f"http://127.0.0.1:{silent.getsockname()[1]}/v1",
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{free_port()}/0",
        }
        troubled = stand.serve(url, WORK_ENGINE="celery", **troubles)
        told = stand.settings(url) | troubles
        stand.start("worker", [PYTHON, "manage.py", "run_worker"], told)
        yield Comparison(
            "intake, provider hangs and Redis down",
            partial(send_signed, stand, troubled),
            (rate(at_least=0.9),),
            "the same on a good day",
            partial(send_signed, stand, normal),
        )
