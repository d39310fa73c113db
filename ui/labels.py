"""The word for everything: where the code's English meets the screen's Chinese."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from app.domain.access import Right
from app.domain.audit import Act
from app.domain.camera import Stream, StreamState
from app.domain.camera_source import SourceKind
from app.domain.catalogue import CaseKind
from app.domain.coordinates import System
from app.domain.deadline import CITY, TimeLimit, Unit
from app.domain.draft import Source, Urgency
from app.domain.evidence import EvidenceKind, Purpose
from app.domain.fault import Clock
from app.domain.figures import Count, Facet
from app.domain.handing import Handing
from app.domain.handover import LogKind
from app.domain.inspection import Verdict
from app.domain.papers import Paper
from app.domain.people import Role
from app.domain.roster import RequestKind, RequestStatus, Shift
from app.domain.scheme import Matched
from app.domain.stages import Stage
from app.domain.workflow import Action, CaseStatus
from app.resources import districts, subdistricts
from app.services.faults import Cut
from ui.words import is_english, tr

LABELS: dict[Enum, tuple[str, str]] = {
    Role.OPERATOR: ("视频巡检员", "Video operator"),
    Role.DISPATCHER: ("案件办理员", "Case handler"),
    Role.INSPECTOR: ("综合巡检员", "Inspector"),
    Role.SHIFT_LEADER: ("值班长", "Shift leader"),
    Role.PRESENTER: ("演示解说员", "Presenter"),
    Role.CLIENT_MANAGER: ("甲方管理人员", "Client manager"),
    Role.ADMINISTRATOR: ("系统管理员", "Administrator"),
    CaseStatus.REPORTED: ("已登记", "Reported"),
    CaseStatus.ACCEPTED: ("已受理", "Accepted"),
    CaseStatus.FILED: ("已立案", "Filed"),
    CaseStatus.DISPATCHED: ("已分派", "Dispatched"),
    CaseStatus.HANDLING: ("处置中", "Handling"),
    CaseStatus.SUSPENDED: ("挂账", "Suspended"),
    CaseStatus.RESOLVED: ("已处置", "Resolved"),
    CaseStatus.VERIFIED: ("核查通过", "Verified"),
    CaseStatus.REVIEWED: ("已审定", "Reviewed"),
    CaseStatus.CLOSED: ("已办结", "Closed"),
    CaseStatus.DECLINED: ("不予立案", "Declined"),
    CaseStatus.VOID: ("已作废", "Void"),
    CaseStatus.MERGED: ("已并案", "Merged"),
    Action.REGISTER: ("登记", "Register"),
    Action.ACCEPT: ("受理", "Accept"),
    Action.FILE: ("立案", "File"),
    Action.DECLINE: ("不予立案", "Decline"),
    Action.DISPATCH: ("分派", "Dispatch"),
    Action.ACKNOWLEDGE: ("签收", "Acknowledge"),
    Action.SEND_BACK: ("退回", "Send back"),
    Action.REASSIGN: ("改派", "Reassign"),
    Action.RECALL: ("撤回", "Recall"),
    Action.EXTEND: ("延期", "Extend"),
    Action.SUSPEND: ("挂账", "Suspend"),
    Action.RESUME: ("恢复", "Resume"),
    Action.RESOLVE: ("处置完成", "Resolve"),
    Action.VERIFY: ("核查通过", "Verify"),
    Action.REWORK: ("返工", "Rework"),
    Action.APPROVE: ("审定通过", "Approve"),
    Action.REJECT: ("审定不通过", "Reject"),
    Action.CLOSE: ("办结", "Close"),
    Action.SUPERVISE: ("督办", "Supervise"),
    Action.REMIND: ("催办", "Remind"),
    Action.VOID: ("作废", "Void"),
    Action.REOPEN: ("重新立案", "Reopen"),
    Action.MERGE: ("并案", "Merge"),
    Action.UNMERGE: ("拆分", "Take apart"),
    Action.ANSWER: ("督办回复", "Answer supervision"),
    Action.SATISFIED: ("回访满意", "Call-back: satisfied"),
    Action.DISSATISFIED: ("回访不满意", "Call-back: dissatisfied"),
    Action.CORRECT: ("更正案情", "Correct"),
    Action.RECKON: ("重算期限", "Due time reckoned anew"),
    System.CGCS2000: ("CGCS2000（WGS-84）", "CGCS2000 (WGS-84)"),
    System.GCJ02: ("GCJ-02（高德、腾讯）", "GCJ-02 (AMap, Tencent)"),
    System.BD09: ("BD-09（百度）", "BD-09 (Baidu)"),
    Stage.ACCEPTANCE: ("受理立案", "Acceptance and filing"),
    Stage.DISPATCH: ("分派", "Dispatch"),
    Stage.VERIFICATION: ("核查", "Verification"),
    Stage.REVIEW: ("审定办结", "Review and closing"),
    Stream.MAIN: ("主码流", "Main stream"),
    Stream.SUB: ("子码流", "Sub stream"),
    StreamState.IDLE: ("未打开", "Idle"),
    StreamState.CONNECTING: ("连接中", "CONNECTING"),
    StreamState.LIVE: ("实时", "LIVE"),
    StreamState.STALLED: ("画面停滞", "STALLED"),
    StreamState.AUTH: ("密码错误", "WRONG PASSWORD"),
    StreamState.NOT_FOUND: ("没有这一路", "NOT FOUND"),
    StreamState.UNREACHABLE: ("连接不上", "UNREACHABLE"),
    StreamState.LIMIT: ("连接数已满", "CAMERA FULL"),
    StreamState.NO_VIDEO: ("没有视频", "NO VIDEO"),
    StreamState.BROKEN: ("无法解码", "UNDECODABLE"),
    StreamState.FORBIDDEN: ("地址不允许", "NOT ALLOWED"),
    StreamState.LATE: ("画面延迟", "DELAYED"),
    StreamState.BLACK: ("黑屏", "BLACK"),
    StreamState.FROZEN: ("画面冻结", "FROZEN"),
    StreamState.BLURRED: ("画面模糊", "BLURRED"),
    StreamState.COVERED: ("镜头遮挡", "COVERED"),
    StreamState.CAST: ("偏色", "COLOUR CAST"),
    StreamState.MOVED: ("场景变动", "SCENE MOVED"),
    StreamState.DAMAGED: ("画面破损", "DAMAGED"),
    StreamState.TOLD: ("人工报障", "REPORTED BY HAND"),
    Clock.RUNNING: ("计时中", "Running"),
    Clock.MISSED: ("已超时", "Missed"),
    Clock.KEPT: ("按时", "In time"),
    Clock.BROKEN: ("超时完成", "Too late"),
    Clock.NONE: ("不计时", "No limit"),
    Paper.DISPATCH: ("案件派遣单", "Dispatch form"),
    Paper.URGE: ("催办通知书", "Urging notice"),
    Paper.SUPERVISE: ("督办通知书", "Supervision notice"),
    Paper.CLOSE: ("结案报告", "Closing report"),
    Count.REGISTERED: ("登记", "Registered"),
    Count.ACCEPTED: ("受理", "Accepted"),
    Count.DECLINED: ("不予立案", "Declined"),
    Count.FILED: ("立案", "Filed"),
    Count.FILED_KEPT: ("立案未作废", "Filed, not voided"),
    Count.PASSED_ON: ("立案已分派", "Filed and passed on"),
    Count.DISPATCHED: ("分派", "Dispatched"),
    Count.WELL_DISPATCHED: ("准确分派", "Dispatched rightly"),
    Count.MISDISPATCHED: ("退回与改派", "Sent back or reassigned"),
    Count.DUE: ("应结案", "Due"),
    Count.RESOLVED: ("处置", "Resolved"),
    Count.RESOLVED_IN_TIME: ("按期处置", "Resolved in time"),
    Count.OVERDUE_OPEN: ("超期待处置", "Overdue, unresolved"),
    Count.CLOSED_DUE: ("结案", "Closed of due"),
    Count.CLOSED_IN_TIME: ("按期结案", "Closed in time"),
    Count.CLOSED_LATE: ("超期结案", "Closed late"),
    Count.CLOSED: ("办结", "Closed"),
    Count.REWORKED: ("返工", "Reworked"),
    Count.EXTENDED: ("延期", "Extended"),
    Count.SUSPENDED: ("挂账", "Suspended"),
    Count.SUPERVISED: ("督办", "Supervised"),
    Count.REMINDED: ("催办", "Reminded"),
    Count.VOIDED: ("作废", "Voided"),
    Count.REOPENED: ("重新立案", "Reopened"),
    Facet.DISTRICT: ("按区", "By district"),
    Facet.SUBDISTRICT: ("按街道", "By subdistrict"),
    Facet.CATEGORY: ("按大类", "By category"),
    Facet.SUBCATEGORY: ("按小类", "By subcategory"),
    Facet.SOURCE: ("按来源", "By source"),
    Facet.DEPARTMENT: ("按责任单位", "By department"),
    Facet.CAMERA: ("按点位", "By camera"),
    Facet.DAY: ("按登记日", "By day registered"),
    Facet.HOUR: ("按登记时段", "By hour registered"),
    Handing.GIVEN: ("分派", "Dispatched"),
    Handing.SENT_BACK: ("退回", "Sent back"),
    Handing.WRONG: ("错派", "Wrong dispatch"),
    Handing.REFUSED: ("推诿", "Refused its own"),
    Handing.OPEN: ("退回待派", "Sent back, open"),
    Matched.NOBODY: ("未对应", "Not mapped"),
    Matched.NAME: ("同名", "Same name"),
    Matched.FILE: ("文件", "By file"),
    Matched.HAND: ("人工", "By hand"),
    Cut.CAMERA: ("按点位", "By camera"),
    Cut.DISTRICT: ("按区", "By district"),
    Cut.DAY: ("按日", "By day"),
    Cut.MONTH: ("按月", "By month"),
    Right.WATCH: ("观看", "Watch"),
    Right.CONTROL: ("云台控制", "Control"),
    Right.REPLAY: ("回放", "Replay"),
    Right.EXPORT: ("导出", "Export"),
    CaseKind.COMPONENT: ("部件", "Component"),
    CaseKind.EVENT: ("事件", "Event"),
    Source.VIDEO: ("视频巡检", "Video"),
    Source.PATROL: ("综合巡查", "Patrol"),
    Source.HOTLINE: ("12345热线", "12345 hotline"),
    Source.PUBLIC: ("公众举报", "Public"),
    Source.LEADER: ("领导交办", "Leader"),
    Source.IMPORT: ("批量导入", "Import"),
    Urgency.NORMAL: ("一般", "Normal"),
    Urgency.URGENT: ("紧急", "Urgent"),
    Purpose.REPORT: ("取证", "Report"),
    Purpose.AFTER: ("核查后", "After"),
    SourceKind.WVP: ("国标平台（WVP）", "GB/T 28181 platform (WVP)"),
    SourceKind.ONVIF: ("ONVIF 设备", "ONVIF device"),
    Verdict.PASS: ("正常", "Pass"),
    Verdict.CASE: ("已登记", "Registered"),
    Verdict.FAULT: ("画面故障", "Fault"),
    Act.CONTROL: ("云台控制", "Control"),
    Act.REPLAY: ("即时回放", "Replay"),
    Act.VIEW: ("查看证据", "View"),
    Act.EXPORT: ("导出证据", "Export"),
    Act.MARK: ("标记证据", "Mark"),
    Act.REFERENCE: ("设定基准画面", "Set reference"),
    EvidenceKind.STILL: ("照片", "Still"),
    EvidenceKind.CLIP: ("录像", "Clip"),
    Shift.EARLY: ("早班", "Early"),
    Shift.LATE: ("中班", "Late"),
    Shift.NIGHT: ("夜班", "Night"),
    Shift.OFF: ("休", "Off"),
    Shift.LEAVE: ("假", "Leave"),
    RequestKind.LEAVE: ("请假", "Leave"),
    RequestKind.SWAP: ("换班", "Swap"),
    RequestStatus.ASKED: ("待审批", "Asked"),
    RequestStatus.APPROVED: ("已同意", "Approved"),
    RequestStatus.REJECTED: ("未同意", "Rejected"),
    LogKind.NOTE: ("记事", "Note"),
    LogKind.INSTRUCTION: ("上级指示", "Instruction"),
    LogKind.FAULT: ("故障", "Fault"),
    LogKind.EMERGENCY: ("突发事件", "Emergency"),
    Unit.URGENT_HOUR: ("紧急工作时", "urgent hours"),
    Unit.URGENT_DAY: ("紧急工作日", "urgent days"),
    Unit.WORK_HOUR: ("工作时", "working hours"),
    Unit.WORK_DAY: ("工作日", "working days"),
}

SHORT_SHIFT = {
    Shift.EARLY: "早",
    Shift.LATE: "中",
    Shift.NIGHT: "夜",
    Shift.OFF: "休",
    Shift.LEAVE: "假",
}
SHORT_SHIFT_EN = {
    Shift.EARLY: "E",
    Shift.LATE: "L",
    Shift.NIGHT: "N",
    Shift.OFF: "–",
    Shift.LEAVE: "V",
}


def label(member: Enum) -> str:
    """The word for an enum's member in the chosen language."""
    chinese, english = LABELS[member]
    return english if is_english() else chinese


def limit_words(limit: TimeLimit) -> str:
    """A limit as it is read: 4工作时, 4 working hours."""
    return f"{limit.value:g} {label(limit.unit)}" if is_english() else str(limit)


def short_shift(shift: Shift) -> str:
    """One character for a cell of the month."""
    return (SHORT_SHIFT_EN if is_english() else SHORT_SHIFT)[shift]


def district_name(code: str) -> str:
    return next((d.name for d in districts() if d.code == code), code or "—")


def subdistrict_name(code: str) -> str:
    return next((s.name for s in subdistricts() if s.code == code), code)


def case_word(column: str, value: Any) -> str:
    """What a person reads for a value of a case's column; codes by their names."""
    match column:
        case "district":
            return district_name(value)
        case "subdistrict":
            return subdistrict_name(value)
    return label(value) if isinstance(value, Enum) else str(value)


def facet_word(facet: Facet, key: str, known: str = "") -> str:
    """What the key of a figure's row is called; `known` is its own name where it has one."""
    match facet:
        case _ if not key:
            return tr("未填")
        case Facet.DISTRICT:
            return district_name(key)
        case Facet.SUBDISTRICT:
            return subdistrict_name(key)
        case Facet.HOUR:
            return tr("{hour} 时", hour=key)
        case Facet.SOURCE:
            return label(Source(key))
        case Facet.CATEGORY | Facet.SUBCATEGORY:
            kind, _, code = key.partition(":")
            return f"{label(CaseKind(kind))} {code} {known if known != key else ''}".strip()
    return known or key


def clock(at: datetime | None) -> str:
    """A time as it is read in the city: with the year only where it is another one."""
    if at is None:
        return "—"
    local = at.astimezone(CITY)
    now = datetime.now(CITY)
    return local.strftime("%m-%d %H:%M" if local.year == now.year else "%Y-%m-%d %H:%M")


def full_clock(at: datetime | None) -> str:
    return "—" if at is None else at.astimezone(CITY).strftime("%Y-%m-%d %H:%M:%S")


def span(time: timedelta) -> str:
    """A length of time in its two largest units."""
    minutes = int(abs(time).total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return tr("{days}天{hours}小时", days=days, hours=hours)
    if hours:
        return tr("{hours}小时{minutes}分", hours=hours, minutes=minutes)
    return tr("{minutes}分", minutes=minutes)


def remaining(
    status: CaseStatus, due: datetime | None, resolved: datetime | None, now: datetime
) -> str:
    """How much is left of a limit, or by how much it was missed."""
    if due is None or status in (CaseStatus.VOID, CaseStatus.MERGED):
        return "—"
    if status is CaseStatus.SUSPENDED:
        return tr("计时暂停")
    left = due - (resolved or now)
    if left < timedelta(0):
        return tr("超期 {span}", span=span(left))
    return tr("已按时处置") if resolved else tr("剩 {span}", span=span(left))
