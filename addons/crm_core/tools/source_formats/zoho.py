# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Zoho CRM: module exports and backups; a lookup has two columns, ``Field.id`` and ``Field``."""

from .model import source_format

COMMON = """
Record Id | Record ID = external_id
Created Time = create_date
Tag = tags
Created By.id | Created By | Modified By.id | Modified By | Modified Time ! Kept by the program.
Last Activity Time | Change Log Time | Locked ! Kept by the program.
Last Enriched Time | Enrich Status ! Belongs to a Zoho service.
Data Processing Basis Details.id | Data Processing Basis | Data Source ! No equivalent.
Connected To.module | Connected To.id ! No equivalent.
Days Visited | Average Time Spent (Minutes) | Number Of Chats ! Visitor tracking of Zoho.
Most Recent Visit | First Visit | First Page Visited | Visitor Score ! Visitor tracking of Zoho.
Unsubscribed Mode | Unsubscribed Time ! Told by the opt-out.
"""
PERSON = """
First Name = first_name
Last Name = last_name
Salutation = title
Email = email
Secondary Email = email2
Phone = phone
Mobile = mobile
Fax = fax
Lead Source = source
Referrer = campaign
Email Opt Out = opt_out
"""

LEAD = source_format(
    "zoho",
    "lead",
    COMMON
    + PERSON
    + """
LEADID = external_id
Lead Owner.id = owner by id
Lead Owner = owner by name
Company = company_name
Lead Name | Full Name = contact_name
Designation | Title = function
Website = website
Lead Status = status
Industry = industry
Rating = rating
Annual Revenue = annual_revenue
No. of Employees = employees
Street = street
City = city
State = state
Zip Code = zip
Country = country
Description = description
Is Converted | CONVERTED | Converted = is_converted
Converted Date Time = date_converted
Converted Account.id = converted_company by id
Converted Account = converted_company by name
Converted Contact.id = converted_contact by id
Converted Contact = converted_contact by name
Converted Deal.id = converted_deal by id
Converted Deal = converted_deal by name
Lead Conversion Time ! Follows from the dates.
""",
    "Lead Owner.id|Converted Account.id|Is Converted|Lead Conversion Time|LEADID|Created Time",
    file_hints="leads",
)

ACCOUNT = source_format(
    "zoho",
    "company",
    COMMON
    + """
Account Owner.id = owner by id
Account Owner = owner by name
Account Name = name
Account Number = ref
Parent Account.id = parent by id
Parent Account = parent by name
Phone = phone
Fax = fax
Website = website
Account Type = type
Industry = industry
Ownership = ownership
Rating = rating
Ticker Symbol = ticker
SIC Code = sic
Employees = employees
Annual Revenue = annual_revenue
Billing Street = street
Billing City = city
Billing State = state
Billing Code = zip
Billing Country = country
Shipping Street = other_street
Shipping City = other_city
Shipping State = other_state
Shipping Code = other_zip
Shipping Country = other_country
Description = comment
""",
    "Record Id|Account Type|Billing Code|Account Owner.id",
    file_hints="accounts",
)

CONTACT = source_format(
    "zoho",
    "contact",
    COMMON
    + PERSON
    + """
Contact Owner.id = owner by id
Contact Owner = owner by name
Account Name.id = company by id
Account Name = company by name
Contact Name | Full Name = name
Title = function
Department = department
Home Phone = phone_home
Other Phone = phone_other
Assistant = assistant
Asst Phone = assistant_phone
Date of Birth = birthdate
Reporting To.id = reports_to by id
Reporting To = reports_to by name
Mailing Street = street
Mailing City = city
Mailing State = state
Mailing Zip = zip
Mailing Country = country
Other Street = other_street
Other City = other_city
Other State = other_state
Other Zip = other_zip
Other Country = other_country
Description = comment
""",
    "Record Id|Account Name.id|Mailing Zip|Contact Owner.id",
    file_hints="contacts",
)

DEAL = source_format(
    "zoho",
    "deal",
    COMMON
    + """
Deal Owner.id | Potential Owner.id = owner by id
Deal Owner | Potential Owner = owner by name
Deal Name | Potential Name = name
Account Name.id = company by id
Account Name = company by name
Contact Name.id = contact by id
Contact Name = contact by name
LEADID = lead by id
Stage = stage
Pipeline = pipeline
Closing Date = date_deadline
Amount = amount
Currency = currency
Probability | Probability (%) = probability
Type = type
Lead Source = source
Campaign Source | Campaign Id = campaign
Next Step = next_step
Reason For Loss | Reason For Loss#s = lost_reason
Description = description
Expected Revenue | Forecast Type | Forecast Category ! Follows from the amount and the stage.
Overall Sales Duration | Sales Cycle Duration | Lead Conversion Time ! Follows from the dates.
""",
    "Deal Name|Closing Date|Potential Name|Contact Name.id|Deal Owner.id|Potential Owner"
    "|Created Time",
    file_hints="deals potentials",
)

NOTE = source_format(
    "zoho",
    "note",
    COMMON
    + """
Note Owner.id = owner by id
Note Owner = owner by name
Note Title = title
Note Content = body
Parent ID.id = what by id
Parent ID = what by name
""",
    "Note Title|Note Content|Note Owner.id",
    file_hints="notes",
)

ACTIVITY = source_format(
    "zoho",
    "activity",
    COMMON
    + """
Task Owner.id | Event Owner.id | Call Owner.id = owner by id
Task Owner | Event Owner | Call Owner | Host = owner by name
Subject | Title = subject
Due Date = date_due
From | Start DateTime | Call Start Time = date_start
To | End DateTime = date_end
Call Duration = duration
Call Type = type
Status = status
Priority = priority
Closed Time = date_done
Contact Name.id = contact by id
Contact Name = contact by name
Related To.id = what by id
Related To = what by name
Description = note
Location = location
""",
    "Task Owner.id|Task Owner|Due Date|Related To.id|Call Start Time|Event Owner.id",
    file_hints="tasks events calls",
)

FORMATS = [LEAD, ACCOUNT, CONTACT, DEAL, NOTE, ACTIVITY]
