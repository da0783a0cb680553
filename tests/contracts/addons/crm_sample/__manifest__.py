{"name": "Visits: a sample", "license": "LGPL-3", "depends": ["crm_core"], "data": ["ir.model.access.csv", "data.xml"]}
