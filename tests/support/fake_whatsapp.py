"""The stand-in for Meta's Cloud API that the add-on's own tests use, for tests from outside."""

import importlib.util

from suite import layout

_spec = importlib.util.spec_from_file_location("fake_whatsapp_of_core", layout.PROJECT / "addons/crm_core/tests/fake_whatsapp.py")
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)

FakeWhatsapp, TOKEN, NUMBER_ID, BUSINESS_ID = _module.FakeWhatsapp, _module.TOKEN, _module.NUMBER_ID, _module.BUSINESS_ID
