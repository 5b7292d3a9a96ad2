"""Whether the installation lives and is ready: for those who watch it. Tells no data, needs no key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from goodword.business.models import Heartbeat

WORKER_LATE = timedelta(minutes=2)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - the same for everybody
    """Say that the process answers; looks at nothing else, so that a slow database restarts nobody."""
    return JsonResponse({"status": "alive"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - the same for everybody
    """Say whether database, migrations and worker are as they should be: 200, or 503 with what is not."""
    checks = {name: check() for name, check in CHECKS.items()}
    ready = all(told == "ok" for told in checks.values())
    return JsonResponse({"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


def database() -> str:
    """Ask the database for one row."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return "ok"


def migrations() -> str:
    """Look for migrations that were not applied."""
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return "cannot be read"
    return "ok" if waiting == 0 else f"{waiting} not applied; run goodword init or migrate"


def worker() -> str:
    """Look at the last sign of life of any worker."""
    try:
        seen = Heartbeat.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    except DatabaseError:
        return "cannot be read"
    if seen is None:
        return "was never seen; run goodword work"
    late = datetime.now(UTC) - seen
    return "ok" if late <= WORKER_LATE else f"last seen {int(late.total_seconds())} seconds ago"


CHECKS: dict[str, Callable[[], str]] = {"database": database, "migrations": migrations, "worker": worker}
