"""What each lesson asks and says: exercises, questions and puzzles, one folder per lesson."""

import helpers.exercises  # noqa: F401  # they look for the lessons, so they are first
