from tests.targets.catalogue import Faults

FAULTS = Faults("kombo", "", ())
