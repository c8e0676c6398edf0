"""Exchanges held against the claims of an API: which were exercised, which were broken, and by whom."""

from mock_server.checking.checker import Checker
from mock_server.checking.exchanged import Exchanged
from mock_server.checking.findings import Finding
from mock_server.checking.ledger import Ledger
from mock_server.checking.report import report

__all__ = ["Checker", "Exchanged", "Finding", "Ledger", "report"]
