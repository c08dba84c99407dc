"""Every question of the course by its name, in the order of the lessons."""

from helpers.exercises.questions import lesson_1, lesson_2, lesson_3, lesson_4, lesson_5

LESSONS = (lesson_1, lesson_2, lesson_3, lesson_4, lesson_5)
QUESTIONS = {question.name: question for lesson in LESSONS for question in lesson.QUESTIONS}
