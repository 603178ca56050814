"""The worklist in Django's admin, for those who run the machine."""

from django.contrib import admin

from vereda.worklist.models.alerts import Alert
from vereda.worklist.models.playbooks import Playbook, PlaybookRun, Queue
from vereda.worklist.models.tasks import Task

admin.site.register([Alert, Task, Queue, Playbook, PlaybookRun])
