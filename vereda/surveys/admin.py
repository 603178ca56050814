"""Surveys in Django's admin, for those who run the machine."""

from django.contrib import admin

from vereda.surveys.models.answers import Answer
from vereda.surveys.models.asking import SurveyInvitation, Wave
from vereda.surveys.models.surveys import Edition, Question, Survey

admin.site.register([Survey, Edition, Question, Wave, SurveyInvitation, Answer])
