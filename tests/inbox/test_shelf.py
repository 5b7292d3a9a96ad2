"""A shelf on disk keeps what belongs together, in order."""

from __future__ import annotations

import sqlite3

import pytest

from goodword.inbox.shelf import DiskShelf
from goodword.inbox.tables.translating import Memory, Shelf


@pytest.mark.parametrize("made", [DiskShelf, Memory])
def test_the_first_number_of_a_key_is_remembered_and_groups_come_in_order(made: type[Shelf]) -> None:
    shelf = made()
    assert [shelf.first(key, number) for key, number in (("a", 3), ("b", 1), ("a", 9), ("é\x1f", 2))] == [3, 1, 3, 2]
    for group, number in ((3, 9), (1, 1), (3, 3), (1, 12)):
        shelf.put(group, number, b"%d" % number)
    assert [list(group) for group in shelf.groups()] == [[(1, b"1"), (12, b"12")], [(3, b"3"), (9, b"9")]]


def test_while_groups_are_read_a_key_may_still_be_told() -> None:
    shelf = DiskShelf()
    for number in range(1, 1001):
        shelf.put(number, number, b"x")
    assert [shelf.first(f"key {group[0][0]}", group[0][0]) for group in shelf.groups()] == list(range(1, 1001))


def test_it_is_gone_when_it_is_closed() -> None:
    with DiskShelf() as shelf:
        shelf.put(1, 1, b"x")
    with pytest.raises(sqlite3.ProgrammingError):
        shelf.put(1, 2, b"x")
