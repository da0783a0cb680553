{
    "name": "Visits: a sample of the contracts",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "depends": ["crm_core"],
    "data": ["ir.model.access.csv", "data.xml"],
}
