"""`python -m admittance`: the command line, for where its script is not on the path."""

from admittance.surface.cli import main

if __name__ == "__main__":
    main()
