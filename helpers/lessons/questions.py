"""Every question of the course by its name, in the order of the lessons."""

from helpers.lessons.lesson_1.questions import QUESTIONS as LESSON_1
from helpers.lessons.lesson_2.questions import QUESTIONS as LESSON_2
from helpers.lessons.lesson_3.questions import QUESTIONS as LESSON_3
from helpers.lessons.lesson_4.questions import QUESTIONS as LESSON_4
from helpers.lessons.lesson_5.questions import QUESTIONS as LESSON_5

QUESTIONS = {
    question.name: question for question in (*LESSON_1, *LESSON_2, *LESSON_3, *LESSON_4, *LESSON_5)
}
