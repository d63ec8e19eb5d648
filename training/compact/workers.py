"""Work that several processes share."""

import sys


def run_workers(context, target, arguments):
    """One process of a multiprocessing context for each tuple of arguments; ends the program where one of them fails."""
    workers = [context.Process(target=target, args=args) for args in arguments]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        sys.exit(1)
