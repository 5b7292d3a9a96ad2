"""The job that a survey's link asks about."""

from __future__ import annotations

from goodword.work.models import Job

SHORTEST = 16


def asked(token: str) -> Job | None:
    """Return the job whose survey has this unguessable token. One statement."""
    if len(token) < SHORTEST:
        return None
    rows = Job.objects.select_related("contact", "business").filter(survey_token=token, contact__isnull=False)
    return rows.first()
