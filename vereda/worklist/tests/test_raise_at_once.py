import threading

import pytest
from django.db import connection

from vereda.customers.testing import an_account
from vereda.worklist.models.alerts import Alert
from vereda.worklist.testing import an_alert

MANY = 6


@pytest.mark.django_db(transaction=True)
def test_the_same_cause_raised_by_many_at_once_is_one_alert(acme):
    account = an_account(acme)
    barrier, raised = threading.Barrier(MANY), []

    def run():
        try:
            barrier.wait(timeout=10)
            raised.append(an_alert(account).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _each in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    alert = Alert.objects.of(acme.workspace).get()
    assert raised == [alert.pk] * MANY
    assert alert.times == MANY
