# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Salesforce: Data Export and Data Loader (API names, in any case) and report labels."""

import re

from .model import ColumnTarget, source_format, target

SYSTEM = """
Id | Record ID = external_id
IsDeleted | Deleted = deleted
OwnerId | Owner ID = owner by id
CreatedDate | Created Date | Create Date = create_date
CreatedById | Created By ! The program keeps its own author.
LastModifiedDate | LastModifiedById | Last Modified Date | Last Modified By ! Kept by the program.
SystemModstamp | LastViewedDate | LastReferencedDate ! Technical date of Salesforce.
LastActivityDate | Last Activity | Last Activity Date ! Follows from the activities.
MasterRecordId | RecordTypeId | CurrencyIsoCode.1 | PhotoUrl ! Technical column of Salesforce.
Jigsaw | JigsawCompanyId | JigsawContactId | CleanStatus ! Belongs to a closed Salesforce service.
STATUS | ERROR ! Result written by the Data Loader.
"""
OWNER = "= owner by name"

ACCOUNT = source_format(
    "salesforce",
    "company",
    SYSTEM
    + f"""
Account ID = external_id
Account Owner | Owner.Name {OWNER}
Name | Account Name = name
Type = type
ParentId | Parent Account ID = parent by id
Parent Account | Parent.Name = parent by name
BillingStreet | Billing Street | Billing Address Line 1 = street
Billing Address Line 2 = street2
BillingCity | Billing City = city
BillingState | Billing State | Billing State/Province = state
BillingPostalCode | Billing Zip/Postal Code = zip
BillingCountry | Billing Country = country
ShippingStreet | Shipping Street | Shipping Address Line 1 = other_street
Shipping Address Line 2 = other_street2
ShippingCity | Shipping City = other_city
ShippingState | Shipping State | Shipping State/Province = other_state
ShippingPostalCode | Shipping Zip/Postal Code = other_zip
ShippingCountry | Shipping Country = other_country
BillingAddress | ShippingAddress ! Repeats the columns of the address.
BillingLatitude | BillingLongitude | BillingGeocodeAccuracy ! Computed from the address.
ShippingLatitude | ShippingLongitude | ShippingGeocodeAccuracy ! Computed from the address.
Phone = phone
Fax = fax
AccountNumber | Account Number = ref
Website = website
Sic | SIC Code = sic
Industry = industry
AnnualRevenue | Annual Revenue = annual_revenue
NumberOfEmployees | NumEmployees | Employees = employees
Ownership = ownership
TickerSymbol | Ticker Symbol = ticker
Description = comment
Rating = rating
AccountSource | Account Source = source
YearStarted | Year Started = year_founded
SicDesc | DunsNumber | NaicsCode | NaicsDesc | DandbCompanyId | Tradestyle ! Belongs to Data.com.
OperatingHoursId | Site ! Technical column of Salesforce.
""",
    "BillingCity|BillingStreet|BillingState|NumberOfEmployees|TickerSymbol|AccountNumber"
    "|AnnualRevenue|BillingStateProvince|Billing Zip/Postal Code|NumEmployees|Account Owner",
    file_hints="account accounts accts",
    id_prefixes=("001",),
)

PERSON = """
FirstName | First Name = first_name
MiddleName | Middle Name = middle_name
LastName | Last Name = last_name
Salutation = title
Title = function
Email = email
Phone | Business Phone = phone
MobilePhone | Mobile | Mobile Phone = mobile
Fax | Business Fax = fax
LeadSource | Lead Source = source
HasOptedOutOfEmail | Email Opt Out = opt_out
DoNotCall | Do Not Call = do_not_call
IndividualId | HasOptedOutOfFax ! Technical column of Salesforce.
"""

CONTACT = source_format(
    "salesforce",
    "contact",
    SYSTEM
    + PERSON
    + f"""
Contact ID = external_id
Contact Owner | Owner.Name {OWNER}
AccountId | Account ID = company by id
Account Name | Account.Name = company by name
Name | Contact Name | Full Name = name
Suffix = suffix
MailingStreet | Mailing Street | Mailing Address Line1 = street
Mailing Address Line2 = street2
MailingCity | Mailing City = city
MailingState | Mailing State | Mailing State/Province = state
MailingPostalCode | Mailing Zip/Postal Code = zip
MailingCountry | Mailing Country = country
OtherStreet | Other Street = other_street
OtherCity | Other City = other_city
OtherState | Other State | Other State/Province = other_state
OtherPostalCode | Other Zip/Postal Code = other_zip
OtherCountry | Other Country = other_country
MailingAddress | OtherAddress | Mailing Address Line3 ! Repeats the columns of the address.
MailingLatitude | MailingLongitude | MailingGeocodeAccuracy ! Computed from the address.
OtherLatitude | OtherLongitude | OtherGeocodeAccuracy ! Computed from the address.
HomePhone | Home Phone = phone_home
OtherPhone | Other Phone = phone_other
AssistantPhone | Asst. Phone = assistant_phone
AssistantName | Assistant | Assistant's Name = assistant
ReportsToId = reports_to by id
Reports To = reports_to by name
Department = department
Birthdate = birthdate
Description = comment
EmailBouncedReason = email_bounced
EmailBouncedDate | IsEmailBounced ! Told by the reason of the bounce.
LastCURequestDate | LastCUUpdateDate ! Belongs to a closed Salesforce service.
""",
    "MailingCity|MailingStreet|ReportsToId|AssistantPhone|MobilePhone|Department|Birthdate"
    "|Mailing Zip/Postal Code|Contact Owner|Asst. Phone|EmailBouncedReason",
    file_hints="contact contacts",
    id_prefixes=("003",),
)

LEAD = source_format(
    "salesforce",
    "lead",
    SYSTEM
    + PERSON
    + f"""
Lead ID = external_id
Lead Owner | Owner.Name {OWNER}
Name | Lead Name = contact_name
Company | Company / Account = company_name
Street = street
City = city
State | State/Province = state
PostalCode | Zip/Postal Code = zip
Country = country
Address ! Repeats the columns of the address.
Latitude | Longitude | GeocodeAccuracy ! Computed from the address.
Website = website
Description = description
Status | Lead Status = status
Industry = industry
Rating = rating
AnnualRevenue | Annual Revenue = annual_revenue
NumberOfEmployees | Employees | No. of Employees = employees
IsConverted | Converted = is_converted
ConvertedDate | Converted Date = date_converted
ConvertedAccountId = converted_company by id
ConvertedContactId = converted_contact by id
ConvertedOpportunityId = converted_deal by id
EmailBouncedReason | EmailBouncedDate | IsUnreadByOwner ! Technical column of Salesforce.
""",
    "IsConverted|ConvertedAccountId|ConvertedDate|IsUnreadByOwner|Lead Owner"
    "|ConvertedContactId|Company / Account",
    file_hints="lead leads",
    id_prefixes=("00Q",),
)

DEAL = source_format(
    "salesforce",
    "deal",
    SYSTEM
    + f"""
Opportunity ID = external_id
Opportunity Owner | Owner.Name {OWNER}
Name | Opportunity Name = name
AccountId | Account ID = company by id
Account Name | Account.Name = company by name
ContactId | Primary Contact ID = contact by id
Primary Contact = contact by name
Description = description
StageName | Stage = stage
Amount = amount
CurrencyIsoCode | Amount Currency = currency
Probability | Probability (%) = probability
CloseDate | Close Date = date_deadline
Type = type
NextStep | Next Step = next_step
LeadSource | Lead Source = source
IsClosed | Closed = is_closed
IsWon | Won = is_won
Primary Campaign Source = campaign
CampaignId ! The name of the campaign is in another file.
ExpectedRevenue | Expected Revenue ! The amount times the probability.
ForecastCategory | ForecastCategoryName | Forecast Category ! Follows from the stage.
FiscalQuarter | FiscalYear | Fiscal | Fiscal Period | Age ! Follows from the closing date.
HasOpenActivity | HasOverdueTask | HasOpportunityLineItem ! Follows from other files.
Pricebook2Id | PricebookId | TotalOpportunityQuantity | IsPrivate ! No equivalent.
PushCount | LastStageChangeDate | ContractId | SyncedQuoteId ! Technical column of Salesforce.
""",
    "StageName|CloseDate|IsWon|ForecastCategory|ExpectedRevenue|Opportunity Name"
    "|Opportunity Owner|LastStageChangeDate",
    file_hints="opportunity opportunities",
    id_prefixes=("006",),
)

ACTIVITY = source_format(
    "salesforce",
    "activity",
    SYSTEM
    + f"""
Activity ID = external_id
Assigned | Owner.Name {OWNER}
Subject = subject
Type | TaskSubtype | Task Type = type
ActivityDate | Date | Due Date = date_due
StartDateTime | ActivityDateTime | Start = date_start
EndDateTime | End = date_end
DurationInMinutes = duration
Status = status
Priority = priority
Description | Full Comments | Comments = note
WhoId | Contact ID | Lead ID = who by id
Contact = contact by name
Lead = lead by name
WhatId = what by id
Opportunity = deal by name
Company / Account = company by name
AccountId | Account ID = company by id
IsClosed = done
CompletedDateTime = date_done
Location = location
IsAllDayEvent | IsPrivate | ShowAs | IsChild | IsGroupEvent | GroupEventType ! No equivalent.
IsRecurrence | IsReminderSet | ReminderDateTime | IsArchived | IsHighPriority ! No equivalent.
CallDurationInSeconds | CallType | CallDisposition | CallObject ! No equivalent.
""",
    "ActivityDate|WhoId|WhatId|Subject|TaskSubtype|ActivityDateTime|DurationInMinutes|Assigned",
    file_hints="task tasks event events activity",
    id_prefixes=("00T", "00U"),
)

NOTE = source_format(
    "salesforce",
    "note",
    SYSTEM
    + """
Title = title
Body | Content | TextPreview = body
ParentId | LinkedEntityId = what by id
IsPrivate ! No equivalent.
""",
    "Body|Title|LinkedEntityId",
    file_hints="note notes contentnote",
    id_prefixes=("002",),
)

PRODUCT = source_format(
    "salesforce",
    "product",
    SYSTEM
    + """
Name | Product Name = name
ProductCode | Product Code = code
Description | Product Description = description
IsActive | Active = active
Family | Product Family = category
UnitPrice | List Price = price
QuantityUnitOfMeasure = uom
StockKeepingUnit = barcode
ExternalId | DisplayUrl | IsArchived | ExternalDataSourceId ! Technical column of Salesforce.
""",
    "ProductCode|Family|Product Family|StockKeepingUnit|UnitPrice",
    file_hints="product2 products",
    id_prefixes=("01t",),
)

USER = source_format(
    "salesforce",
    "user",
    SYSTEM
    + """
User ID = external_id
Username = login
Name | Full Name = name
FirstName | First Name = first_name
LastName | Last Name = last_name
Email = email
Title = function
Phone = phone
MobilePhone = mobile
IsActive | Active = active
ManagerId = manager by id
Manager = manager by name
Division = office
UserRole.Name | Role = team
""",
    "Username|ManagerId|ProfileId|UserRoleId|Alias",
    file_hints="user users",
    id_prefixes=("005",),
)

STAGE_HISTORY = source_format(
    "salesforce",
    "stage_history",
    SYSTEM.replace("= create_date", "= date")
    + """
OpportunityId | Opportunity ID = deal by id
CreatedById = owner by id
StageName | To Stage = stage
From Stage = stage_from
Amount = amount
Probability = probability
CloseDate = date_deadline
ExpectedRevenue ! The amount times the probability.
ForecastCategory ! Follows from the stage.
OpportunityHistoryKey | PrevAmount | PrevCloseDate ! Technical column of Salesforce.
""",
    "OpportunityId|OpportunityHistoryKey|From Stage|To Stage|PrevAmount",
    file_hints="opportunityhistory history",
    id_prefixes=("008",),
)

FORMATS = [
    ACCOUNT, CONTACT, LEAD, DEAL, ACTIVITY, NOTE, PRODUCT, USER, STAGE_HISTORY,
]  # fmt: skip

RELATIONS = {
    "who": "who", "what": "what", "account": "company", "contact": "contact", "owner": "owner",
    "opportunity": "deal", "lead": "lead", "reportsto": "reports_to", "parent": "parent",
}  # fmt: skip
RELATION = re.compile(r"^(\w+)(?::(\w+)-|\.)(Id|Name|Email)$", re.IGNORECASE)


def relation_target(entity, header):
    """The target of a title like ``Who:Contact-email`` or ``Account.Name``, or None.

    >>> found = relation_target("activity", "Who:Contact-email")
    >>> found.field, found.link, found.entities
    ('who', 'email', ('contact',))
    """
    match = RELATION.match(header.strip())
    field = match and RELATIONS.get(match[1].lower())
    if not field:
        return None
    try:
        found = target(entity, f"{field} by {match[3].lower()}")
    except ValueError:
        return None
    pointed = RELATIONS.get((match[2] or "").lower())
    entities = (pointed,) if pointed in found.entities else found.entities
    return ColumnTarget(found.field, found.parser, found.link, entities)
