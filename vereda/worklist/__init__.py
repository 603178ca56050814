"""What members should notice or do.

Nouns: an Alert is something noticed, with one cause, and may close by itself; a Task is something
to do and needs a person; a Queue is worked by several members; a Playbook is a versioned list of
tasks with relative dates, a PlaybookRun its use for one account; a Desk is what a member has
before them: how much at once, and when they last looked.
Verbs: raise, clear, settle, snooze, dismiss, finish, delegate alerts; add, finish, reopen,
delegate, move tasks; start and stop playbooks.
Announces: AlertRaised, AlertClosed, AlertsSettled, TaskAdded, TaskDone, PlaybookStarted,
PlaybookEnded.
Start reading at rules/ranking.py (what comes first, and why) and actions/alerts.py.
"""
