"""`python -m app`: the same as `zhishou`."""

if __name__ == "__main__":
    from app.commands import main

    main()
