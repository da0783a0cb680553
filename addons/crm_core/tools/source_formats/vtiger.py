# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""vtiger CRM: exports with field labels; a link cell may read ``Accounts::::Acme``."""

from .model import source_format

COMMON = """
Assigned To = owner by name
Created Time = create_date
Tags = tags
Modified Time | Last Modified By | Notify Owner | Created By ! Kept by the program.
"""
PERSON = """
Salutation = title
First Name = first_name
Last Name = last_name
Email | Primary Email = email
Secondary Email = email2
Phone | Office Phone | Primary Phone = phone
Mobile | Mobile Phone = mobile
Fax = fax
Lead Source = source
Do Not Call = do_not_call
Email Opt Out = opt_out
"""

LEAD = source_format(
    "vtiger",
    "lead",
    COMMON
    + PERSON
    + """
Lead No | Lead Number = external_id
Company | Company Name = company_name
Designation = function
Website = website
Industry = industry
Lead Status = status
Annual Revenue = annual_revenue
Rating = rating
No Of Employees | Number of Employees = employees
Street = street
Po Box | PO Box = street2
Postal Code = zip
City = city
State = state
Country = country
Description = description
""",
    "Lead No|Designation|No Of Employees|Assigned To|Lead Number",
    file_hints="leads",
)

CONTACT = source_format(
    "vtiger",
    "contact",
    COMMON
    + PERSON
    + """
Contact Id | Contact Number = external_id
Account Name | Organization Name = company by name
Home Phone = phone_home
Other Phone = phone_other
Title = function
Department = department
Birthdate | Date of Birth = birthdate
Reports To = reports_to by name
Assistant = assistant
Assistant Phone = assistant_phone
Reference | Portal User ! No equivalent.
Mailing Street = street
Mailing Po Box = street2
Mailing City = city
Mailing State = state
Mailing Zip = zip
Mailing Country = country
Other Street = other_street
Other Po Box = other_street2
Other City = other_city
Other State = other_state
Other Zip = other_zip
Other Country = other_country
Description = comment
""",
    "Contact Id|Mailing Po Box|Other Po Box|Contact Number|Assigned To",
    file_hints="contacts",
)

ACCOUNT = source_format(
    "vtiger",
    "company",
    COMMON
    + """
Account No | Organization Number = external_id
Account Name | Organization Name = name
Phone | Primary Phone = phone
Other Phone | Alternate Phone = phone_other
Fax = fax
Website = website
Email | Primary Email = email
Other Email | Secondary Email = email2
Email Opt Out = opt_out
Ticker Symbol = ticker
Member Of | Member of = parent by name
Employees = employees
Ownership = ownership
Rating = rating
industry | Industry = industry
SIC Code = sic
Type = type
Annual Revenue = annual_revenue
Billing Address = street
Billing Po Box = street2
Billing City = city
Billing State = state
Billing Code = zip
Billing Country = country
Shipping Address = other_street
Shipping Po Box = other_street2
Shipping City = other_city
Shipping State = other_state
Shipping Code = other_zip
Shipping Country = other_country
Description = comment
""",
    "Account No|Member Of|Billing Po Box|Organization Number|Assigned To",
    file_hints="accounts organizations",
)

DEAL = source_format(
    "vtiger",
    "deal",
    COMMON
    + """
Potential No | Opportunity Number = external_id
Potential Name | Opportunity Name = name
Amount = amount
Related To | Organization Name = company by name
Contact Name = contact by name
Expected Close Date = date_deadline
Type = type
Next Step = next_step
Lead Source = source
Campaign Source = campaign
Sales Stage = stage
Probability = probability
Description = description
Weighted Revenue | Forecast Amount | Forecast Category ! Follows from the amount and the stage.
""",
    "Potential No|Potential Name|Campaign Source|Opportunity Number|Assigned To",
    file_hints="potentials opportunities",
)

FORMATS = [LEAD, CONTACT, ACCOUNT, DEAL]
