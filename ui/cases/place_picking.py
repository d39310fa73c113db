"""A form asks for a place, and the next click on the map is it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ui.cases.case_form import CaseForm
from ui.map.map_page import MapPage


class PlacePicking:
    """Between forms and the map; `show_map` goes to its page."""

    def __init__(self, page: MapPage, show_map: Callable[[], None]) -> None:
        self._map, self._show_map = page, show_map
        self._form: CaseForm | None = None
        page.place_picked.connect(self._on_picked)

    def offer(self, form: CaseForm) -> None:
        """This form may ask for a place."""
        form.place_wanted.connect(partial(self._begin, form))

    def end(self, form: CaseForm) -> None:
        """This form is closed: a click on the map is none of its business any more."""
        if self._form is form:
            self._form = None
            self._map.pick_place(False)
            self._map.unmark()

    def _begin(self, form: CaseForm) -> None:
        self._form = form
        self._show_map()
        self._map.pick_place(True)

    def _on_picked(self, lon: float, lat: float) -> None:
        self._map.pick_place(False)
        if self._form is not None:
            self._map.mark(lon, lat)
            self._form.set_position(lon, lat)
            self._form.show()
