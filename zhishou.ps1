# 值守 launcher for Windows 10/11: installs what is missing, once, then runs the command.
# Python comes from python.org through winget, libVLC from VideoLAN's VLC.
$ErrorActionPreference = "Stop"
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$venv = Join-Path $here ".venv"
$python = Join-Path $venv "Scripts\python.exe"
$lock = Join-Path $here "requirements.lock"
$ready = Join-Path $venv ".ready-console"

function Fail($text) { [Console]::Error.WriteLine("zhishou: $text"); exit 1 }

function Find-Python {
    foreach ($minor in 13, 12, 11) {
        & py "-3.$minor" -c "" 2>$null
        if ($LASTEXITCODE -eq 0) { return @("py", "-3.$minor") }
    }
    return $null
}

function Install-With-Winget($id) {
    if (-not (Get-Command winget -ErrorAction SilentlyContinue)) {
        Fail "缺少 $id，本机没有 winget，请手工安装 / please install $id by hand"
    }
    Write-Host "安装 / installing $id"
    winget install --id $id --exact --silent --accept-package-agreements --accept-source-agreements
}

$wanted = (Get-FileHash $lock -Algorithm SHA256).Hash
if (-not (Test-Path $ready) -or (Get-Content $ready) -ne $wanted) {
    if (-not (Find-Python)) { Install-With-Winget "Python.Python.3.12" }
    $found = Find-Python
    if (-not $found) { Fail "没有找到 Python 3.11 至 3.13 / Python 3.11 to 3.13 not found" }
    if (-not (Test-Path "$env:ProgramFiles\VideoLAN\VLC\libvlc.dll")) { Install-With-Winget "VideoLAN.VLC" }
    if (-not (Test-Path $python)) { & $found[0] $found[1] -m venv $venv }
    & $python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $lock
    if ($LASTEXITCODE -ne 0) { Fail "组件没有装好：请检查网络 / parts not installed: check the network" }
    Set-Content -Path $ready -Value $wanted
}
if ($args.Count -gt 0 -and $args[0] -in "demo", "test", "selftest", "bench") {
    Fail "这个命令需要 Debian 系 Linux 上的 gst-rtsp-server / this command needs gst-rtsp-server on Linux"
}
$env:PYTHONPATH = $here
& $python -m app @args
exit $LASTEXITCODE
