"""Every story of the rulings is lived through too: what the backtest says, the live system gives."""

from __future__ import annotations

import pytest

from tests.backtest.stories import Story


@pytest.fixture(autouse=True)
def lived_too(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a test of the rulings asks what a story gives, demand the same of a live business."""
    if request.node.get_closest_marker("django_db") is None:
        return
    from tests.backtest.living import demand_the_same_live

    computed = Story.found.fget
    assert computed is not None

    def found(story: Story) -> object:
        fresh = not story.asked
        told = computed(story)
        if fresh:
            demand_the_same_live(story, told)
        return told

    monkeypatch.setattr(Story, "found", property(found))
