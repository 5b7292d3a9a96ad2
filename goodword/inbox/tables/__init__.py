"""Tables (CSV) as events: detected, read, mapped, translated. Pure: no framework, no clock, no disk, no chance.

``reading`` turns bytes into rows, ``kinds`` says what a table may hold, ``presets`` knows the exports of other systems,
``translating`` turns rows into events or into faults, each with its row.
"""
