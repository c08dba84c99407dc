"""What each lesson asks and says: exercises, questions and puzzles, one folder per lesson."""
