# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""HubSpot: exports and import files, by label or internal name."""

from .model import source_format

COMMON = """
Record ID | hs_object_id | Record Id = external_id
Create Date | createdate = create_date
Last Activity Date | notes_last_updated ! Follows from the activities.
Last Modified Date | lastmodifieddate | hs_lastmodifieddate ! Kept by the program.
"""
ADDRESS = """
Street Address | address | Address = street
Street Address 2 | address2 = street2
City | city = city
State/Region | state = state
Postal Code | zip = zip
Country/Region | country | Country = country
"""

COMPANY = source_format(
    "hubspot",
    "company",
    COMMON
    + ADDRESS
    + """
Company name | Company Name | name | Name = name
Company Domain Name | Company domain name | domain | Domain | Website URL | website = website
Company owner | Company Owner | hubspot_owner_id = owner by name
Phone Number | phone = phone
Industry | industry = industry
Number of Employees | numberofemployees = employees
Annual Revenue | annualrevenue = annual_revenue
Type | type = type
Description | description | About Us = comment
Lifecycle Stage | lifecyclestage | Lead Status | hs_lead_status = status
Parent Company = parent by name
Year Founded | founded_year = year_founded
Original Source | hs_analytics_source | Original Source Type = source
Associated Contact | Associated Contact IDs ! Told by the file of contacts.
Associated Deal | Associated Deal IDs ! Told by the file of deals.
""",
    "Company Domain Name|Company owner|domain|numberofemployees|Company name",
    file_hints="companies company",
)

CONTACT = source_format(
    "hubspot",
    "contact",
    COMMON
    + ADDRESS
    + """
First Name | firstname | First name = first_name
Last Name | lastname | Last name = last_name
Email | email | Work email | work_email = email
Phone Number | phone = phone
Mobile Phone Number | mobilephone = mobile
Fax Number | fax = fax
Contact owner | Contact Owner | hubspot_owner_id = owner by name
Primary Associated Company ID | Associated Company IDs | associatedcompanyid = company by id many
Associated Company | Company Name | company | Primary Company = company by name
Job Title | jobtitle = function
Salutation | salutation = title
Lead Status | hs_lead_status = status
Lifecycle Stage | lifecyclestage = stage
Industry | industry = industry
Number of Employees | numemployees = employees
Annual Revenue | annualrevenue = annual_revenue
Original Source | hs_analytics_source | Original Traffic Source = source
Preferred language | hs_language = lang
Website URL | website = website
Message | message = comment
Date of birth | date_of_birth = birthdate
Unsubscribed from all email | hs_email_optout = opt_out
Marketing contact status ! Belongs to the HubSpot subscription.
Associated Deal | Associated Deal IDs ! Told by the file of deals.
""",
    "Contact owner|Primary Associated Company ID|Marketing contact status|Lifecycle Stage"
    "|hs_lead_status|Favorite Content Topics|hubspot_owner_id|hs_object_id|Record ID",
    file_hints="hubspot contacts",
)

DEAL = source_format(
    "hubspot",
    "deal",
    COMMON
    + """
Deal Name | dealname | Deal name = name
Deal Stage | dealstage | Deal stage = stage
Pipeline | pipeline = pipeline
Amount | amount = amount
Currency | deal_currency_code = currency
Close Date | closedate = date_deadline
Deal owner | Deal Owner | hubspot_owner_id = owner by name
Deal Type | dealtype = type
Deal Description | description = description
Deal probability | hs_deal_stage_probability = probability
Priority | hs_priority = priority
Next step | hs_next_step = next_step
Closed Lost Reason | closed_lost_reason = lost_reason
Is Closed Won | hs_is_closed_won = is_won
Is Deal Closed? | hs_is_closed = is_closed
Original Source Type | hs_analytics_source = source
Associated Company IDs | Primary Associated Company ID = company by id many
Associated Company = company by name
Associated Contact IDs = contact by id many
Associated Contact = contact by name
Weighted amount | Forecast amount | Amount in company currency ! Follows from the amount.
""",
    "Deal Name|dealname|Deal Stage|dealstage|Deal owner|Associated Company IDs",
    file_hints="deals deal",
)

ACTIVITY = source_format(
    "hubspot",
    "activity",
    COMMON
    + """
Task Title | Task name | hs_task_subject | Activity title = subject
Task Type | Activity type | hs_task_type = type
Due date | Task due date | hs_timestamp = date_due
Task Status | hs_task_status = status
Task Notes | Notes | hs_task_body = note
Priority | hs_task_priority = priority
Assigned to | Activity assigned to = owner by name
Completed at | hs_task_completion_date = date_done
Associated Contact IDs = contact by id many
Associated Company IDs = company by id many
Associated Deal IDs = deal by id many
Associated Contact = contact by name
Associated Company = company by name
Associated Deal = deal by name
""",
    "Task Title|Task name|Task Status|Task Type|hs_task_subject|Activity assigned to",
    file_hints="tasks task",
)

FORMATS = [COMPANY, CONTACT, DEAL, ACTIVITY]
