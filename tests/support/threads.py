"""Things done at once by threads, for races."""

from collections.abc import Callable
from threading import Barrier, Thread


def at_once(*works: Callable[[], object]) -> list[Exception]:
    """Run `works` in threads that start together; answer what they raised."""
    barrier = Barrier(len(works))
    raised: list[Exception] = []

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a thread hands over what it met
            raised.append(error)

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised
