# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pipedrive: titles are ``Entity - Field``, and one file may hold several entities.

A file with a deal column is taken as deals, whose persons and organisations are linked by name.
"""

from .model import source_format

ORGANIZATION_ADDRESS = """
Organization - Address = street
Organization - Address - Street/road name of Address ! Repeats the address.
Organization - Address - House number of Address ! Repeats the address.
Organization - Address - Apartment/suite no of Address = street2
Organization - Address - District/sublocality of Address ! Repeats the address.
Organization - Address - City/town/village/locality of Address = city
Organization - Address - State/county of Address = state
Organization - Address - Region of Address ! Repeats the address.
Organization - Address - ZIP/Postal code of Address = zip
Organization - Address - Country of Address = country
"""
PERSON = """
Person - Email | Person - Email (Work) | Person - E-mail = email
Person - Email (Home) | Person - Email (Other) = email2
Person - Phone | Person - Phone (Work) = phone
Person - Phone (Mobile) = mobile
"""

DEAL = source_format(
    "pipedrive",
    "deal",
    PERSON
    + ORGANIZATION_ADDRESS
    + """
Deal - ID | Deal - Pipedrive System ID = external_id
Deal - Title = name
Deal - Value = amount
Deal - Currency | Deal - Currency of value | Deal - Currency of Value = currency
Deal - Pipeline = pipeline
Deal - Stage | Deal - Stage (pipeline) = stage
Deal - Status = status
Deal - Owner = owner by name
Deal - Organization | Organization | Organization - Name | Organization name = company by name
Deal - Contact person | Contact person = contact by name
Person - Name = contact_name
Person - First name = contact_first_name
Person - Last name = contact_last_name
Deal - Probability = probability
Deal - Expected close date = date_deadline
Deal - Closed on | Deal - Deal closed on = date_closed
Deal - Deal created | Deal - Creation date = create_date
Deal - Won time = date_won
Deal - Lost time = date_lost
Deal - Lost reason = lost_reason
Deal - Label = tags
Deal - Source channel = source
Deal - Update time | Deal - Visible to | Deal - Weighted value ! Kept by the program.
Activity - Subject = next_step
Activity - Due date = next_step_date
Note - Content = note
""",
    "Deal - Title|Deal - Value",
    file_hints="deals",
)

PERSON_FORMAT = source_format(
    "pipedrive",
    "contact",
    PERSON
    + ORGANIZATION_ADDRESS
    + """
Person - ID | Person - Pipedrive System ID = external_id
Person - Name = name
Person - First name = first_name
Person - Last name = last_name
Person - Label | Person - Labels = tags
Organization name | Person - Organization | Organization - Name | Organization = company by name
Person - Job title = function
Person - Owner = owner by name
Person - Creation date | Person - Person created = create_date
Person - Birthday = birthdate
Person - Marketing status | Person - Visible to | Person - Update time ! Kept by the program.
Note - Content = comment
""",
    "Person - Name|Person - Email|Person - Phone|Person - First name",
    file_hints="people persons",
)

ORGANIZATION = source_format(
    "pipedrive",
    "company",
    ORGANIZATION_ADDRESS
    + """
Organization - ID | Organization - Pipedrive System ID = external_id
Organization - Name = name
Organization - Labels | Organization - Label = tags
Organization - Owner = owner by name
Organization - Creation date | Organization - Organization created = create_date
Organization - Website = website
Organization - Industry = industry
Organization - Annual revenue = annual_revenue
Organization - Number of employees = employees
Organization - Followers | Organization - Visible to ! Kept by the program.
Note - Content = comment
""",
    "Organization - Name|Organization - Address|Organization - Owner",
    file_hints="organizations",
)

LEAD = source_format(
    "pipedrive",
    "lead",
    """
Lead - ID | Lead - Pipedrive System ID = external_id
Lead - Title = name
Lead - Labels | Lead - Label = tags
Lead - Owner = owner by name
Lead - Value = amount
Lead - Currency of value = currency
Lead - Source channel | Lead - Source = source
Lead - Source channel ID ! Repeats the source.
Lead - Expected close date = date_deadline
Lead - Lead created | Lead - Creation date = create_date
Contact person | Lead - Contact person = contact by name
Organization | Lead - Organization = company by name
""",
    "Lead - Title|Lead - Owner",
    file_hints="leads",
)

ACTIVITY = source_format(
    "pipedrive",
    "activity",
    """
Activity - ID | Activity - Pipedrive System ID = external_id
Activity - Subject = subject
Activity - Type = type
Activity - Due date = date_due
Activity - Due time = time_due
Activity - Duration = duration
Activity - Done = done
Activity - Note = note
Activity - Priority = priority
Activity - Assigned to user = owner by name
Activity - Marked as done time = date_done
Activity - Creation date = create_date
Deal | Activity - Deal = deal by name
Lead | Activity - Lead = lead by name
Organization | Activity - Organization = company by name
Contact person | Activity - Contact person = contact by name
""",
    "Activity - Subject|Activity - Due date",
    file_hints="activities",
)

NOTE = source_format(
    "pipedrive",
    "note",
    """
Note - ID | Note - Pipedrive system ID = external_id
Note - Content = body
Note - Creation date = create_date
Note - User = owner by name
Deal | Note - Deal = deal by name
Lead = lead by name
Organization = company by name
Contact person | Person = contact by name
""",
    "Note - Content",
    file_hints="notes",
)

FORMATS = [DEAL, PERSON_FORMAT, ORGANIZATION, LEAD, ACTIVITY, NOTE]
