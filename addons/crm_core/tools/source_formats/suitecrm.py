# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SuiteCRM and SugarCRM Community: exports with labels, or field names."""

from .model import source_format

COMMON = """
ID | id = external_id
Deleted | deleted = deleted
Assigned User Name | Assigned to | assigned_user_name = owner by name
Assigned User ID | assigned_user_id = owner by id
Date Created | date_entered = create_date
Date Modified | Modified By | Modified By ID | date_modified ! Kept by the program.
Created By | Created By ID | modified_user_id | created_by ! Kept by the program.
campaign_id | Campaign ID ! The name of the campaign is in another file.
"""
PERSON = """
First Name | first_name = first_name
Last Name | last_name = last_name
Salutation | salutation = title
Title | Job Title | title = function
Department | department = department
Email Address | email1 | email_address = email
Non Primary E-mails for Import | Non Primary E-mails = email2
Phone Mobile | Mobile | phone_mobile = mobile
Phone Work | Office Phone | phone_work = phone
Phone Home | phone_home = phone_home
Phone Other | phone_other = phone_other
Phone Fax | phone_fax = fax
Primary Address Street | primary_address_street = street
Primary Address City | primary_address_city = city
Primary Address State | primary_address_state = state
Primary Address Postal Code | primary_address_postalcode = zip
Primary Address Country | primary_address_country = country
Alternate Address Street | Alt Address Street | alt_address_street = other_street
Alternate Address City | Alt Address City | alt_address_city = other_city
Alternate Address State | Alt Address State | alt_address_state = other_state
Alternate Address Postal Code | Alt Address Postalcode | alt_address_postalcode = other_zip
Alternate Address Country | Alt Address Country | alt_address_country = other_country
Birthdate | birthdate = birthdate
Lead Source | lead_source = source
Do Not Call | do_not_call = do_not_call
Portal Name | Portal Application | Portal Active ! Access to a portal of the old program.
"""

LEAD = source_format(
    "suitecrm",
    "lead",
    COMMON
    + PERSON
    + """
Account Name | account_name = company_name
Account Description | Assistant | Assistant Phone ! No equivalent.
Website | website = website
Status | status = status
Status Description | Lead Source Description ! No equivalent.
Description | description = description
Converted | converted = is_converted
Contact ID | contact_id = converted_contact by id
Account ID | account_id = converted_company by id
Opportunity ID | opportunity_id = converted_deal by id
Opportunity Name | opportunity_name = name
Opportunity Amount | opportunity_amount = amount
Referred By | refered_by = referred
Reports To ID ! No equivalent.
""",
    "Status Description|Lead Source Description|Account Description|Referred By|Portal Application",
    file_hints="leads",
)

CONTACT = source_format(
    "suitecrm",
    "contact",
    COMMON
    + PERSON
    + """
Account Name | account_name = company by name
Account ID | account_id = company by id
Description | description = comment
Reports to ID | Reports To ID | reports_to_id = reports_to by id
Assistant | assistant = assistant
Assistant Phone | assistant_phone = assistant_phone
""",
    "Non Primary E-mails for Import|Primary Address Street|Portal Active|Phone Work"
    "|primary_address_street",
    file_hints="contacts",
)

ACCOUNT = source_format(
    "suitecrm",
    "company",
    COMMON
    + """
Name | name = name
Website | website = website
Email Address | email1 | email_address = email
Non Primary E-mails | Non Primary E-mails for Import = email2
Office Phone | phone_office = phone
Alternate Phone | phone_alternate = phone_other
Fax | phone_fax = fax
Billing Street | billing_address_street = street
Billing City | billing_address_city = city
Billing State | billing_address_state = state
Billing Postal Code | billing_address_postalcode = zip
Billing Country | billing_address_country = country
Shipping Street | shipping_address_street = other_street
Shipping City | shipping_address_city = other_city
Shipping State | shipping_address_state = other_state
Shipping Postal Code | shipping_address_postalcode = other_zip
Shipping Country | shipping_address_country = other_country
Description | description = comment
Type | account_type = type
Industry | industry = industry
Annual Revenue | annual_revenue = annual_revenue
Employees | employees = employees
SIC Code | sic_code = sic
Ticker Symbol | ticker_symbol = ticker
Parent Account ID | parent_id = parent by id
Ownership | ownership = ownership
Rating | rating = rating
""",
    "Office Phone|Alternate Phone|Non Primary E-mails|phone_office|Parent Account ID"
    "|Billing Postal Code",
    file_hints="accounts",
)

DEAL = source_format(
    "suitecrm",
    "deal",
    COMMON
    + """
Opportunity Name | name = name
Opportunity Amount | amount = amount
Amount ! The same in the currency of the old program.
Currency | currency_id = currency
Expected Close Date | date_closed = date_deadline
Sales Stage | sales_stage = stage
Probability (%) | probability = probability
Next Step | next_step = next_step
Opportunity Type | opportunity_type = type
Account Name | account_name = company by name
Account ID | account_id = company by id
Description | description = description
Lead Source | lead_source = source
""",
    "Opportunity Amount|Opportunity Type|sales_stage|opportunity_type",
    file_hints="opportunities",
)

ACTIVITY = source_format(
    "suitecrm",
    "activity",
    COMMON
    + """
Subject | name = subject
Status | status = status
Priority | priority = priority
Start Date | Date Start | date_start = date_start
Due Date | Date Due | End Date | date_due | date_end = date_end
Duration Hours | Duration Minutes | duration_hours | duration_minutes ! Told by the two dates.
Direction | direction = type
Description | description = note
Location | location = location
Contact ID | contact_id = contact by id
Contact Name = contact by name
Parent ID | Related To ID | parent_id = what by id
Related to | parent_name = what by name
Parent Type | parent_type ! Told by the linked record.
""",
    "Date Start|date_start|Date Due|Parent Type|parent_type|Duration Hours",
    file_hints="tasks calls meetings",
)

FORMATS = [LEAD, CONTACT, ACCOUNT, DEAL, ACTIVITY]
