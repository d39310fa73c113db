"""The demo's cameras: loops of encoded pictures served over RTSP by gst-rtsp-server.

Runs under the system's own python3 (Debian packages PyGObject for that one only), so it uses the
standard library and GStreamer and nothing of the console. Started as

    python3 rtsp_server.py PLAN.json

where the plan is ``{"port": 0, "streams": [{"mount", "loop", "fault", "user", "password",
"udp", "ahead"}]}``.
It prints one JSON line ``{"port": n, "guarded_port": n}`` once it listens: streams with a user
stand behind digest authentication, on a port of their own. It ends when its standard input
closes, so that no camera outlives the program that started it.

Every loop is locked to the wall clock: the picture on air at time t is number
``floor(t * fps) mod frames``. So the second burnt into the picture is true, two viewers see the
same picture, and a bench can read from a picture when it was made. A stream with ``ahead`` runs so
many seconds before the clock: real cameras do not send their key frames all in one moment.
"""

import json
import mmap
import sys
import threading
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

TICK_MS = 8
"""How often the pusher looks for due pictures; well below a frame of 40 ms."""

PAYLOADS = {
    "h264": "video/x-h264,stream-format=byte-stream,alignment=au ! rtph264pay config-interval=-1",
    "h265": "video/x-h265,stream-format=byte-stream,alignment=au ! rtph265pay config-interval=-1",
    "mjpeg": "image/jpeg,width={width},height={height},framerate={fps}/1 ! rtpjpegpay",
}

STALL_PERIOD_S, STALL_S = 60, 15
"""A stream with the fault "stalls" sends nothing in the first 15 s of each minute."""


class Loop:
    """Encoded pictures of one stream, mapped into memory once."""

    def __init__(self, path: str) -> None:
        with open(path + ".json", encoding="utf-8") as index:
            told = json.load(index)
        self.codec: str = told["codec"]
        self.fps: int = told["fps"]
        self.shape = {name: told[name] for name in ("width", "height", "fps")}
        self.frames: list[tuple[int, int]] = [(at, size) for at, size, *_ in told["frames"]]
        self._keys = [number for number, frame in enumerate(told["frames"]) if frame[2]]
        # B-frames: by how many pictures each is shown later than its place in the file says.
        self._later = told.get("later") or [0] * len(self.frames)
        with open(path, "rb") as pictures:
            self._bytes = mmap.mmap(pictures.fileno(), 0, access=mmap.ACCESS_READ)

    def key_before(self, number: int) -> int:
        """The number of the last key frame not after `number`."""
        within = number % len(self.frames)
        return number - within + max(key for key in self._keys if key <= within)

    def shown_at(self, number: int) -> int:
        """The number of the picture in the order of showing."""
        return number + self._later[number % len(self.frames)]

    def picture(self, number: int) -> bytes:
        at, size = self.frames[number % len(self.frames)]
        return self._bytes[at : at + size]


class OnAir:
    """One stream somebody watches: pushes the pictures that are due into its appsrc."""

    def __init__(self, source: Gst.Element, loop: Loop, fault: str, ahead: float) -> None:
        self._source, self._loop, self._fault, self._ahead = source, loop, fault, ahead
        # Begin with a key frame, so that the SDP can tell the parameter sets as a camera's does.
        self._live = int((time.time() + ahead) * loop.fps)
        self._next = self._first = loop.key_before(self._live)

    def push(self, now: float) -> bool:
        """Push what is due at `now` (Unix seconds); False once the stream has gone."""
        due = int((now + self._ahead) * self._loop.fps)
        if due - self._next > self._loop.fps:  # the machine slept: do not send the past
            self._next = due
        while self._next <= due:
            number, self._next = self._next, self._next + 1
            if self._fault == "stalls" and number / self._loop.fps % STALL_PERIOD_S < STALL_S:
                continue
            buffer = Gst.Buffer.new_wrapped(self._loop.picture(number))
            buffer.dts = self._time_of(number)
            buffer.pts = self._time_of(self._loop.shown_at(number))
            buffer.duration = Gst.SECOND // self._loop.fps
            if self._source.emit("push-buffer", buffer) != Gst.FlowReturn.OK:
                return False
        return True

    def _time_of(self, number: int) -> int:
        """The picture's time stamp, in nanoseconds.

        What lies before the present is squeezed into milliseconds: the server plays by these
        stamps, and would else stay behind the clock by as much for ever.
        """
        past = min(number, self._live) - self._first
        present = max(0, number - self._live)
        return past * Gst.MSECOND + present * Gst.SECOND // self._loop.fps


class Cameras:
    """All streams of the plan behind one port."""

    def __init__(self, plan: dict) -> None:
        self._on_air: list[OnAir] = []
        self._loops: dict[str, Loop] = {}
        self._open = self._new_server(plan.get("port", 0))
        self._guarded = self._new_server(plan.get("guarded_port", 0))
        self._guarded.set_auth(self._guard(plan["streams"]))
        for stream in plan["streams"]:
            self._mount(stream)
        for server in (self._open, self._guarded):
            if not server.attach(None):
                raise SystemExit("rtsp_server: the port is taken")
        GLib.timeout_add(TICK_MS, self._tick)

    def ports(self) -> dict[str, int]:
        return {
            "port": self._open.get_bound_port(),
            "guarded_port": self._guarded.get_bound_port(),
        }

    @staticmethod
    def _new_server(port: int) -> GstRtspServer.RTSPServer:
        server = GstRtspServer.RTSPServer()
        server.set_address("127.0.0.1")
        server.set_service(str(port))
        return server

    @staticmethod
    def _guard(streams: list[dict]) -> GstRtspServer.RTSPAuth:
        """Digest authentication with the users that the plan names."""
        auth = GstRtspServer.RTSPAuth()
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        known = GstRtspServer.RTSPToken()
        known.set_string("media.factory.role", "known")
        for stream in streams:
            if stream.get("user"):
                auth.add_digest(stream["user"], stream["password"], known)
        return auth

    def _mount(self, stream: dict) -> None:
        loop = self._loops.setdefault(stream["loop"], Loop(stream["loop"]))
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(
            f"( appsrc name=pictures is-live=true format=time block=false max-bytes=0 "
            f"caps={PAYLOADS[loop.codec].format(**loop.shape)} "
            f"name=pay0 pt={26 if loop.codec == 'mjpeg' else 96} )"
        )
        if stream.get("udp"):
            factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
        factory.set_shared(True)
        factory.set_latency(0)
        may = GstRtspServer.RTSPPermissions()
        may.add_permission_for_role("known", "media.factory.access", True)
        may.add_permission_for_role("known", "media.factory.construct", True)
        server = self._open
        if stream.get("user"):
            server = self._guarded
            factory.set_permissions(may)
        told = (stream.get("fault", ""), stream.get("ahead", 0.0))
        factory.connect("media-configure", self._watched, loop, *told)
        server.get_mount_points().add_factory(stream["mount"], factory)

    def _watched(
        self, _factory: object, media: object, loop: Loop, fault: str, ahead: float
    ) -> None:
        source = media.get_element().get_by_name("pictures")
        on_air = OnAir(source, loop, fault, ahead)
        self._on_air.append(on_air)
        media.connect("unprepared", lambda _media: self._leave(on_air))

    def _leave(self, on_air: OnAir) -> None:
        if on_air in self._on_air:
            self._on_air.remove(on_air)

    def _tick(self) -> bool:
        now = time.time()
        for on_air in list(self._on_air):
            if not on_air.push(now):
                self._leave(on_air)
        return True


def end_with_parent(main: GLib.MainLoop) -> None:
    """Stop when standard input closes: the program that started the cameras has ended."""
    sys.stdin.read()
    main.quit()


def serve(plan_path: str) -> None:
    Gst.init(None)
    with open(plan_path, encoding="utf-8") as plan:
        cameras = Cameras(json.load(plan))
    main = GLib.MainLoop()
    threading.Thread(target=end_with_parent, args=(main,), daemon=True).start()
    sys.stdout.write(json.dumps(cameras.ports()) + "\n")
    sys.stdout.flush()
    main.run()


if __name__ == "__main__":
    serve(sys.argv[1])
