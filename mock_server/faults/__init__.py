"""Faults: what goes wrong on purpose, for which operations, and how often."""

from mock_server.faults.drawing import Faults, Outcome, Struck
from mock_server.faults.values import BadFault, Delay, Fault, as_fault, as_json, check_operations

__all__ = ["BadFault", "Delay", "Fault", "Faults", "Outcome", "Struck", "as_fault", "as_json", "check_operations"]
