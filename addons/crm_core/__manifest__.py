{
    "name": "CRM Core",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Pipelines per trade, stage gates, import, and the ground the CRM suite stands on",
    "author": "CRM Suite contributors",
    "license": "LGPL-3",
    "depends": ["crm", "calendar", "contacts", "phone_validation", "portal", "sms", "utm"],
    "external_dependencies": {"python": ["phonenumbers", "openpyxl", "xlrd"]},
    "data": [],
    "application": True,
}
