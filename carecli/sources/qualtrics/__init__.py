"""Qualtrics: answers to a survey, of which the question with a column `..._NPS_GROUP` beside it is read."""
