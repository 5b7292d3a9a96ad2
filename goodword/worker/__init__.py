"""Commands a person types and the clock that works the queues."""
