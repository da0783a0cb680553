"""The SMS operator on loopback that the add-on's own tests use, for the tests of the running server."""

import importlib.util

from suite import layout

_PATH = layout.PROJECT / "addons" / "crm_core" / "tests" / "fake_sms_gateway.py"
_SPEC = importlib.util.spec_from_file_location("crm_core_fake_sms_gateway", _PATH)
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

FakeSmsGateway = _MODULE.FakeSmsGateway
