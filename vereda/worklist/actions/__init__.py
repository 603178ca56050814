"""Telling alerts, tasks, queues, playbooks and desks: the only place that writes them."""
