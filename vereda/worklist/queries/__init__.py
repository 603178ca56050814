"""Asking about alerts, tasks, queues, playbooks and desks; nothing here writes."""
