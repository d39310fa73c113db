@echo off
rem 值守 launcher for Windows: see zhishou.ps1.
powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0zhishou.ps1" %*
exit /b %ERRORLEVEL%
