"""Makes `poll_loop` importable in a world without wasi:http: its module begins with
imports for helpers of wasi:http, which nothing here calls."""

import sys
from types import ModuleType

from wit_world import imports

for name in ("types", "streams", "outgoing_handler"):
    module = ModuleType(f"wit_world.imports.{name}")
    module.__getattr__ = lambda attribute: object
    sys.modules[module.__name__] = module
    setattr(imports, name, module)
