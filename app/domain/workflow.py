"""The life of a case, as one table. Rules, buttons and tests all ask it.

The five steps of the contract are 立案 file, 分派 dispatch, 督办 supervise, 审定 review and 办结
close; the steps around them are those of GB/T 30428.8 and of cities' own rules (延期, 挂账, 回退,
返工). Departments have no desk here: what they answer is entered by a dispatcher, and the step
names the department.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.domain.people import Role


class CaseStatus(Enum):
    """Where a case stands."""

    REPORTED = "reported"  # 已登记
    ACCEPTED = "accepted"  # 已受理
    FILED = "filed"  # 已立案
    DISPATCHED = "dispatched"  # 已分派
    HANDLING = "handling"  # 处置中
    SUSPENDED = "suspended"  # 挂账
    RESOLVED = "resolved"  # 已处置
    VERIFIED = "verified"  # 核查通过
    REVIEWED = "reviewed"  # 已审定
    CLOSED = "closed"  # 已办结
    DECLINED = "declined"  # 不予立案
    VOID = "void"  # 已作废
    MERGED = "merged"  # 已并案


class Action(Enum):
    """What can be done to a case. REGISTER begins it; the others need one. RECKON is what a new
    working calendar does to its due time: nobody presses it.
    """

    REGISTER = "register"  # 登记
    ACCEPT = "accept"  # 受理
    FILE = "file"  # 立案
    DECLINE = "decline"  # 不予立案
    DISPATCH = "dispatch"  # 分派
    ACKNOWLEDGE = "acknowledge"  # 签收
    SEND_BACK = "send_back"  # 退回
    REASSIGN = "reassign"  # 改派
    RECALL = "recall"  # 撤回
    EXTEND = "extend"  # 延期
    SUSPEND = "suspend"  # 挂账
    RESUME = "resume"  # 恢复
    RESOLVE = "resolve"  # 处置完成
    VERIFY = "verify"  # 核查通过
    REWORK = "rework"  # 返工
    APPROVE = "approve"  # 审定通过
    REJECT = "reject"  # 审定不通过
    CLOSE = "close"  # 办结
    SUPERVISE = "supervise"  # 督办
    REMIND = "remind"  # 催办
    VOID = "void"  # 作废
    REOPEN = "reopen"  # 重新立案
    MERGE = "merge"  # 并案
    UNMERGE = "unmerge"  # 拆分
    ANSWER = "answer"  # 督办回复
    SATISFIED = "satisfied"  # 回访满意
    DISSATISFIED = "dissatisfied"  # 回访不满意
    CORRECT = "correct"  # 更正案情
    RECKON = "reckon"  # 重算期限


FINAL = frozenset({CaseStatus.CLOSED, CaseStatus.DECLINED, CaseStatus.VOID, CaseStatus.MERGED})
"""Where a case may rest. Only CLOSED may be reopened, as a new round, and MERGED taken apart."""

BEFORE_DISPATCH = (CaseStatus.REPORTED, CaseStatus.ACCEPTED, CaseStatus.FILED)
WITH_DEPARTMENT = (CaseStatus.DISPATCHED, CaseStatus.HANDLING)
OPEN_AFTER_FILING = (
    CaseStatus.FILED,
    *WITH_DEPARTMENT,
    CaseStatus.SUSPENDED,
    CaseStatus.RESOLVED,
    CaseStatus.VERIFIED,
    CaseStatus.REVIEWED,
)


class Before:
    """Stands for "the status it had before it was suspended or merged" in the table."""


BEFORE = Before()


@dataclass(frozen=True)
class Rule:
    """One row: from which statuses an action leads where, who may do it, and what it must carry."""

    action: Action
    sources: tuple[CaseStatus, ...]
    target: CaseStatus | Before | None  # None: the status stays
    roles: frozenset[Role]
    reason: bool = False  # a note saying why is demanded
    department: bool = False  # a responsible department is demanded
    due: bool = False  # a new due time is demanded
    into: bool = False  # another case is demanded
    words: bool = False  # corrected words are demanded


S, A, R = CaseStatus, Action, Role
_DESK = frozenset({R.DISPATCHER, R.SHIFT_LEADER})
_LEADER = frozenset({R.SHIFT_LEADER})
_EYES = frozenset({R.OPERATOR, R.INSPECTOR})

RULES: tuple[Rule, ...] = (
    Rule(A.ACCEPT, (S.REPORTED,), S.ACCEPTED, _DESK),
    Rule(A.FILE, (S.ACCEPTED,), S.FILED, _DESK),
    Rule(A.DECLINE, (S.REPORTED, S.ACCEPTED), S.DECLINED, _DESK, reason=True),
    Rule(A.DISPATCH, (S.FILED,), S.DISPATCHED, _DESK, department=True),
    Rule(A.ACKNOWLEDGE, (S.DISPATCHED,), S.HANDLING, _DESK),
    Rule(A.SEND_BACK, WITH_DEPARTMENT, S.FILED, _DESK, reason=True),
    Rule(A.REASSIGN, WITH_DEPARTMENT, S.DISPATCHED, _DESK, reason=True, department=True),
    Rule(A.RECALL, (S.DISPATCHED,), S.FILED, _DESK),
    Rule(A.EXTEND, WITH_DEPARTMENT, None, _LEADER, reason=True, due=True),
    Rule(A.SUSPEND, WITH_DEPARTMENT, S.SUSPENDED, _LEADER, reason=True),
    Rule(A.RESUME, (S.SUSPENDED,), BEFORE, _LEADER),
    Rule(A.RESOLVE, (S.HANDLING,), S.RESOLVED, _DESK, reason=True),
    Rule(A.VERIFY, (S.RESOLVED,), S.VERIFIED, _EYES),
    Rule(A.REWORK, (S.RESOLVED,), S.HANDLING, _EYES, reason=True),
    Rule(A.APPROVE, (S.VERIFIED,), S.REVIEWED, _LEADER),
    Rule(A.REJECT, (S.VERIFIED,), S.HANDLING, _LEADER, reason=True),
    Rule(A.CLOSE, (S.REVIEWED,), S.CLOSED, _DESK),
    Rule(A.SUPERVISE, OPEN_AFTER_FILING, None, _LEADER, reason=True, due=True),
    Rule(A.REMIND, (*WITH_DEPARTMENT, S.SUSPENDED), None, _DESK),
    Rule(
        A.VOID,
        (S.REPORTED, S.ACCEPTED, *OPEN_AFTER_FILING),
        S.VOID,
        _LEADER,
        reason=True,
    ),
    Rule(A.REOPEN, (S.CLOSED,), S.FILED, _LEADER, reason=True),
    Rule(
        A.MERGE,
        (S.REPORTED, S.ACCEPTED, S.FILED, *WITH_DEPARTMENT),
        S.MERGED,
        _DESK,
        into=True,
    ),
    Rule(A.ANSWER, OPEN_AFTER_FILING, None, _DESK, reason=True),
    Rule(A.SATISFIED, (S.CLOSED,), None, _DESK),
    Rule(A.DISSATISFIED, (S.CLOSED,), S.FILED, _DESK, reason=True),
    Rule(
        A.CORRECT,
        (S.REPORTED, S.ACCEPTED, *OPEN_AFTER_FILING),
        None,
        _DESK,
        reason=True,
        words=True,
    ),
    Rule(A.UNMERGE, (S.MERGED,), BEFORE, _DESK, reason=True),
)

RULE_OF: dict[Action, Rule] = {rule.action: rule for rule in RULES}
REGISTERING = frozenset({R.OPERATOR, R.DISPATCHER, R.INSPECTOR, R.SHIFT_LEADER})
"""Who may register a case. Administrators, presenters and the client look, and change nothing."""


def allowed(status: CaseStatus, role: Role) -> set[Action]:
    """What this role may do to a case of this status: one answer for button and rule."""
    return {rule.action for rule in RULES if status in rule.sources and role in rule.roles}


def open_to(status: CaseStatus) -> set[Action]:
    """What anybody at all may do to a case of this status."""
    return {rule.action for rule in RULES if status in rule.sources}


def is_final(status: CaseStatus) -> bool:
    return status in FINAL
