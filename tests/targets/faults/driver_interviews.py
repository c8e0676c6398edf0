from tests.targets.catalogue import Faults

FAULTS = Faults("driver_interviews", "", ())
