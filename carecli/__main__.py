"""`carecli` and `python -m carecli`."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from carecli.cli.main import run

    run()


if __name__ == "__main__":
    main()
