"""What all tests share: Hypothesis tries the same examples on every machine, however slow."""

from hypothesis import settings

settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")
