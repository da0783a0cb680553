{"name": "Visits", "author": "Sample", "license": "LGPL-3", "depends": ["crm_core"], "data": ["ir.model.access.csv", "data.xml"]}
