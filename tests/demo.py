"""The sentence of `make demo`, which the offline model reads whatever else it learns."""

from __future__ import annotations

REQUIREMENTS = (
    "Create REST API for orders. An order has a customer (text), a quantity (whole number from 1 "
    "to 100) and a status (open, paid, shipped). Orders can be created, fetched, listed, filtered "
    "by status and deleted."
)
