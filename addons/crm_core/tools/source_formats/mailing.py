# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mautic contacts and listmonk subscribers."""

from .model import source_format

MAUTIC = source_format(
    "mautic",
    "mailing_contact",
    """
id | ID | Contact ID = external_id
title = title
firstname | First Name = first_name
lastname | Last Name = last_name
company | primarycompany = company_name
position = function
email = email
phone = phone
mobile = mobile
fax = fax
address1 = street
address2 = street2
city = city
state = state
zipcode = zip
country = country
website = website
points = points
facebook = social_facebook
twitter = social_twitter
linkedin = social_linkedin
ip = ip
tags = tags
preferred_locale = lang
dateAdded | date_added = create_date
ownedBy | owner = owner by name
dateModified | dateIdentified | lastActive | date_identified | last_active ! Kept by the program.
attribution | attribution_date | timezone ! No equivalent.
""",
    "firstname|lastname|zipcode|address1|points|ip",
    file_hints="mautic lead contacts",
)

LISTMONK = source_format(
    "listmonk",
    "mailing_contact",
    """
uuid = external_id
email = email
name = name
attributes | attribs = attributes
status = status
lists = lists
created_at = create_date
id | updated_at ! Kept by the program.
""",
    "attributes|attribs",
    file_hints="listmonk subs subscribers",
)

FORMATS = [MAUTIC, LISTMONK]
