# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""EspoCRM: exports carry attribute names; a link has ``nameId`` and ``nameName``."""

from .model import source_format

COMMON = """
id = external_id
deleted = deleted
createdAt = create_date
assignedUserId = owner by id
assignedUserName = owner by name
modifiedAt | modifiedById | modifiedByName ! Kept by the program.
createdById | createdByName | campaignId | teamsIds | teamsNames ! Kept by the program.
"""
PERSON = """
salutationName = title
firstName = first_name
middleName = middle_name
lastName = last_name
title = function
emailAddress = email
phoneNumber = phone
doNotCall = do_not_call
addressStreet = street
addressCity = city
addressState = state
addressCountry = country
addressPostalCode = zip
emailAddressIsOptedOut = opt_out
"""

LEAD = source_format(
    "espocrm",
    "lead",
    COMMON
    + PERSON
    + """
name = contact_name
status = status
source = source
industry = industry
opportunityAmount = amount
opportunityAmountCurrency = currency
website = website
description = description
campaignName = campaign
accountName = company_name
convertedAt = date_converted
createdAccountId = converted_company by id
createdContactId = converted_contact by id
createdOpportunityId = converted_deal by id
""",
    "opportunityAmount|createdOpportunityId|createdContactId|convertedAt|createdAccountId",
    file_hints="lead",
)

CONTACT = source_format(
    "espocrm",
    "contact",
    COMMON
    + PERSON
    + """
name = name
accountId = company by id
accountName = company by name
accountType | accountsIds | accountsNames ! Told by the file of accounts.
accountRole = function
campaignName = campaign
description = comment
""",
    "salutationName|accountType|emailAddress|addressPostalCode",
    file_hints="contact",
)

ACCOUNT = source_format(
    "espocrm",
    "company",
    COMMON
    + """
name = name
website = website
emailAddress = email
phoneNumber = phone
type = type
industry = industry
sicCode = sic
campaignName = campaign
billingAddressStreet = street
billingAddressCity = city
billingAddressState = state
billingAddressCountry = country
billingAddressPostalCode = zip
shippingAddressStreet = other_street
shippingAddressCity = other_city
shippingAddressState = other_state
shippingAddressCountry = other_country
shippingAddressPostalCode = other_zip
description = comment
""",
    "billingAddressStreet|billingAddressCity|sicCode|shippingAddressStreet",
    file_hints="account",
)

DEAL = source_format(
    "espocrm",
    "deal",
    COMMON
    + """
name = name
amount = amount
amountCurrency = currency
accountId = company by id
accountName = company by name
contactId = contact by id
contactName = contact by name
stage = stage
probability = probability
leadSource = source
campaignName = campaign
closeDate = date_deadline
description = description
contactsIds | contactsNames ! Told by the first contact.
lastStage | amountConverted | amountWeightedConverted ! Repeats other columns.
""",
    "amountCurrency|lastStage|contactsIds|closeDate",
    file_hints="opportunity",
)

ACTIVITY = source_format(
    "espocrm",
    "activity",
    COMMON
    + """
name = subject
status = status
priority = priority
dateStart = date_start
dateEnd = date_end
dateStartDate | dateEndDate | duration ! Told by the two dates.
dateCompleted = date_done
direction = type
description = note
parentId = what by id
parentName = what by name
accountId = company by id
accountName = company by name
contactId = contact by id
contactName = contact by name
parentType ! Told by the linked record.
""",
    "dateStart|dateEnd|parentType|dateCompleted",
    file_hints="task call meeting",
)

FORMATS = [LEAD, CONTACT, ACCOUNT, DEAL, ACTIVITY]
