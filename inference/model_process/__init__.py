"""The models in a process of their own, whose interpreter nobody else asks for.

A worker's threads (database, Redis, Celery) and an engine's step share one interpreter
lock otherwise, and each token waits for all of them.
"""
