"""Correcting a case's own words: what the database has to say to it."""

from __future__ import annotations

from dataclasses import replace

from app.domain.case import Case, Order
from app.domain.correction import CATEGORY, was
from app.resources import districts, subdistricts
from app.services import order_numbers
from app.services.standards import entry_of
from db.unit_of_work import Work


def prepared(work: Work, case: Case, order: Order) -> Order:
    """The order with the category that it names, and with what stood there before."""
    words = order.words
    if not words or not order.note.strip():
        return order  # the case says what is missing
    before = case.typed()
    after = replace(before, **words)
    names = {place.code: place.name for place in districts()}
    names |= {place.code: place.name for place in subdistricts()}
    names |= {"subcategory": f"{case.subcategory_code} {case.subcategory}"}
    names |= {"condition": case.condition}
    entry = entry_of(work, after.kind, after.subcategory) if CATEGORY & words.keys() else None
    if {"order_number", "source"} & words.keys():
        key = order_numbers.take(work, after.order_number, after.source, case.id)
        if case.batch_id is None:  # a list knows its orders again by the key that it gave them
            case.order_key = key
    return replace(order, entry=entry, was=was(before, words, names))
