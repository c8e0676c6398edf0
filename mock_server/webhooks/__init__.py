"""Events: made when their trigger happens, kept until delivered, sent to those who subscribed and to nobody else."""

from mock_server.webhooks.announcing import announcing
from mock_server.webhooks.outbox import Outbox

__all__ = ["Outbox", "announcing"]
