"""``python -m ona`` is the same as ``ona``."""

from ona.cli import main

if __name__ == "__main__":
    main()
