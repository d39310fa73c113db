"""Correcting a case while another desk does: what was typed goes on, and means what it meant."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.domain.catalogue import Condition
from app.domain.deadline import TimeLimit, Unit
from app.domain.people import Role
from app.domain.workflow import CaseStatus
from app.services import cases
from app.services.cases import CaseDetail
from tests.builders import STALLS, draft
from tests.conftest import OpenDesk
from ui.cases.correction_form import CorrectionForm

CONDITIONS = tuple(
    Condition(number, f"条件{number}", "清走", TimeLimit(number, Unit.WORK_HOUR))
    for number in (1, 2)
)
A = replace(STALLS, conditions=CONDITIONS)
B = replace(A, code="02", name="店外经营", initials="dwjy")


@pytest.fixture
def shown(open_desk: OpenDesk) -> CaseDetail:
    desk = open_desk(Role.DISPATCHER)
    case_id, _ = desk.do_now(cases.register, draft())
    return replace(desk.ask_now(cases.detail, case_id), condition="条件1")


@pytest.fixture
def form(qtbot: QtBot, shown: CaseDetail) -> CorrectionForm:
    made = CorrectionForm()
    qtbot.addWidget(made)
    made.offer([A, B])
    made.open_for(shown)
    return made


def as_b(shown: CaseDetail) -> CaseDetail:
    """As another desk has corrected it."""
    return replace(
        shown, subcategory_code=B.full_code, typed=replace(shown.typed, subcategory=B.full_code)
    )


def choose_second(form: CorrectionForm) -> None:
    form.condition.setCurrentIndex(form.condition.findData(2))


def test_that_a_condition_is_not_taken_over_into_another_category(
    form: CorrectionForm, shown: CaseDetail
) -> None:
    choose_second(form)
    form.address.setText("天河路 8 号")
    assert form.fields() == {"condition": 2, "address": "天河路 8 号"}
    form.follow(shown)
    assert form.fields() == {"condition": 2, "address": "天河路 8 号"}, "of the same category"
    form.follow(as_b(shown))
    assert form.fields() == {"address": "天河路 8 号"}
    assert form.subcategory.entry == B


def test_that_a_category_is_taken_over_with_its_condition(
    form: CorrectionForm, shown: CaseDetail
) -> None:
    form.subcategory.choose(B)
    choose_second(form)
    assert form.fields() == {"subcategory": B.full_code, "condition": 2}
    form.follow(replace(shown, typed=replace(shown.typed, address="天河路 8 号")))
    assert form.fields() == {"subcategory": B.full_code, "condition": 2}
    assert form.address.text() == "天河路 8 号"


def test_that_what_may_not_be_corrected_any_more_is_given_up(
    form: CorrectionForm, shown: CaseDetail
) -> None:
    form.subcategory.choose(B)
    form.phone.setText("13800138000")
    form.follow(replace(shown, row=shown.row._replace(status=CaseStatus.DISPATCHED)))
    assert form.fields() == {"phone": "13800138000"}
    assert not form.subcategory.isEnabled()


def test_that_nothing_of_a_case_stays_in_a_form_that_is_closed(
    qtbot: QtBot, form: CorrectionForm
) -> None:
    form.phone.setText("13800138000")
    with qtbot.waitSignal(form.ended):
        form.end()
    assert not form.is_open
    assert (form.phone.text(), form.address.text()) == ("", "")
    assert not form.holds_words()
