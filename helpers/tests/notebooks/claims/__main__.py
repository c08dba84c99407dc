"""Show what has to be read, and sign all texts as they are now."""

from helpers.tests.notebooks.claims import SIGNED, to_sign
from helpers.tests.signing import sign

if __name__ == "__main__":
    sign(SIGNED, to_sign())
