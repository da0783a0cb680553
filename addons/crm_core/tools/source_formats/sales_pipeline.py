# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The four files of the "CRM Sales Opportunities" set of Maven Analytics."""

from .model import source_format

SOURCE = "maven"

ACCOUNT = source_format(
    SOURCE,
    "company",
    """
account = name
sector = industry
year_established = year_founded
revenue = annual_revenue
employees = employees
office_location = country
subsidiary_of = parent by name
""",
    "sector|subsidiary_of|office_location|year_established",
    file_hints="accounts",
)

PRODUCT = source_format(
    SOURCE,
    "product",
    """
product = name
series = category
sales_price = price
""",
    "series|sales_price",
    file_hints="products",
)

TEAM = source_format(
    SOURCE,
    "user",
    """
sales_agent = name
manager = manager by name
regional_office = office
""",
    "sales_agent|regional_office",
    file_hints="sales teams",
)

DEAL = source_format(
    SOURCE,
    "deal",
    """
opportunity_id = external_id
sales_agent = owner by name
product = product by name
account = company by name
deal_stage = stage
engage_date = date_open as date
close_date = date_closed
close_value = amount
""",
    "deal_stage|engage_date|close_value",
    file_hints="sales pipeline",
)

FORMATS = [ACCOUNT, PRODUCT, TEAM, DEAL]
