"""The exercises of lesson 5, and the mistakes that people make in them: training.

update                one step downhill
batches               what an epoch is made of: batches, and the step that each takes
mistakes_in_batches   steps that see other samples, other labels, or none
mistakes_in_steps     batches that are right, and steps that aren't
one_epoch             one epoch of mini-batches
"""

from helpers.lessons.lesson_5.one_epoch import ONE_EPOCH
from helpers.lessons.lesson_5.update import UPDATE

EXERCISES = (UPDATE, ONE_EPOCH)
