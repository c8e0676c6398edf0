"""Reference implementations of the documented APIs, written from the pages alone, with faults and honest variants.

`serve("jobhive")` runs the plain target, `serve("jobhive", fault="no_meta")` one that breaks a documented fact,
`serve("jobhive", variant="forbidden_403")` one that only differs where the pages are silent. `FAULTS` and `VARIANTS`
list them, by `<api>/<name>`; see README.md.
"""

from tests.targets.asgi import app, ask
from tests.targets.catalogue import Fault, Variant
from tests.targets.faults import FAULTS
from tests.targets.served import APIS, Running, UnknownTarget, build, fault_of, serve, variant_of
from tests.targets.variants import VARIANTS

__all__ = [
    "APIS",
    "FAULTS",
    "VARIANTS",
    "Fault",
    "Running",
    "UnknownTarget",
    "Variant",
    "app",
    "ask",
    "build",
    "fault_of",
    "serve",
    "variant_of",
]
