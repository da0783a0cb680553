# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo: import templates and exports, by label or technical name."""

from .model import source_format

COMMON = """
External ID | id | ID = external_id
Created on | create_date = create_date
Database ID | .id | write_date | Last Updated on ! Number in another database.
"""
ADDRESS = """
Street | street = street
Street2 | street2 = street2
City | city = city
State | state_id | state_id/name = state
Zip | ZIP | zip = zip
Country | country_id | country_id/name | country_id/code = country
Website | website = website
Phone | phone = phone
Mobile | mobile = mobile
"""
LEAD_AND_DEAL = (
    COMMON
    + ADDRESS
    + """
Email | email_from = email
Company Name | partner_name = company_name
Contact Name | contact_name = contact_name
Customer | partner_id | partner_id/name = company by name
partner_id/id | Customer/External ID = company by id
Job Position | function = function
Title | title = title
Salesperson | user_id | user_id/name = owner by name
user_id/id = owner by id
Sales Team | team_id | team_id/name = team
Source | source_id = source
Medium | medium_id = medium
Campaign | campaign_id = campaign
Tags | tag_ids | tag_ids/name = tags
Notes | Internal Notes | description = description
Priority | priority = priority
Type | type = type
Lost Reason | lost_reason_id = lost_reason
Referred By | referred = referred
Language | lang_id = lang
Closed Date | date_closed = date_closed
Assignment Date | date_open = date_open
Expected Closing | date_deadline = date_deadline
Expected Revenue | expected_revenue = amount
Probability | probability = probability
Stage | stage_id | stage_id/name = stage
"""
)

LEAD = source_format(
    "odoo",
    "lead",
    LEAD_AND_DEAL + "Name | Lead | Opportunity | name = name",
    "partner_name|contact_name|email_from|Contact Name",
    file_hints="crm lead leads",
)

DEAL = source_format(
    "odoo",
    "deal",
    LEAD_AND_DEAL.replace("Referred By | referred = referred", "")
    + "Name | Opportunity | name = name",
    "Expected Revenue|expected_revenue|Expected Closing|stage_id|date_deadline",
    file_hints="opportunity pipeline",
)

CONTACT = source_format(
    "odoo",
    "contact",
    COMMON
    + ADDRESS
    + """
Name | Display Name | Complete Name | name | display_name = name
Company Type | company_type = company_type
Is a Company | is_company ! Told by the company type.
Related Company | parent_id | parent_id/name | Company Name | parent_name = company by name
parent_id/id | Related Company/External ID = company by id
Email | email = email
Job Position | function = function
Title | title = title
Tax ID | vat = vat
Tags | category_id | category_id/name = tags
Reference | ref = ref
Notes | comment = comment
Salesperson | user_id | user_id/name = owner by name
Language | lang = lang
""",
    "Company Type|Related Company|is_company|parent_id|category_id|company_type|Tax ID",
    file_hints="contacts partner res",
)

MAILING_CONTACT = source_format(
    "odoo",
    "mailing_contact",
    COMMON
    + """
Name | name = name
First Name | first_name = first_name
Last Name | last_name = last_name
Company Name | company_name = company_name
Email | email = email
Country | country_id = country
Tags | tag_ids = tags
Mailing List | Mailing Lists | list_ids | subscription_ids/list_id = lists
Opt Out | opt_out | is_blacklisted = opt_out
""",
    "Mailing List|list_ids|Mailing Lists|subscription_ids/list_id",
    file_hints="mailing",
)

PRODUCT = source_format(
    "odoo",
    "product",
    COMMON
    + """
Name | name = name
Product Type | type | detailed_type = type
Internal Reference | default_code = code
Barcode | barcode = barcode
Sales Price | list_price = price
Cost | standard_price = cost
Weight | weight = weight
Sales Description | description_sale = description
Product Category | categ_id | categ_id/name = category
Unit | Unit of Measure | uom_id = uom
Active | active = active
Quantity On Hand | qty_available = stock
""",
    "Product Type|Internal Reference|Sales Price|default_code|list_price|Sales Description",
    file_hints="product",
)

QUOTATION = source_format(
    "odoo",
    "quotation",
    COMMON
    + """
Order Reference | name = name
Customer | partner_id = company by name
Order Date | date_order = date_order
Expiration | validity_date = date_validity
Payment Terms | payment_term_id = payment_terms
Order Lines/Products | Order Lines/Product | order_line/product_id = line_product by name
Order Lines/Description | order_line/name = line_description
Order Lines/Quantity | order_line/product_uom_qty = line_quantity
Order Lines/Unit Price | order_line/price_unit = line_price
Order Lines/Discount (%) | order_line/discount = line_discount
Order Lines/Taxes | order_line/tax_ids | order_line/tax_id = line_taxes
Sales Team | team_id = team
Salesperson | user_id = owner by name
Customer Reference | client_order_ref = client_ref
Tags | tag_ids = tags
Status | state = status
Total | amount_total = amount
""",
    "Order Lines/Products|Order Lines/Quantity|Order Reference|order_line/product_id",
    file_hints="quotations sale order",
)

USER = source_format(
    "odoo",
    "user",
    COMMON
    + """
Name | name = name
Login | login = login
Email | email = email
Active | active = active
""",
    "Login|login|groups_id",
    file_hints="users res",
)

FORMATS = [LEAD, DEAL, CONTACT, MAILING_CONTACT, PRODUCT, QUOTATION, USER]
