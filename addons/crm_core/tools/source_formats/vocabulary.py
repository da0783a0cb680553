# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The words of the import: which fields each entity has, and how their cells are read.

Fields that need a word of explanation:

- ``external_id``: the record's id in the program people leave; links "by id" point to it
- ``owner``: the salesperson; ``name`` of a lead or deal: its title, never a person
- ``contact_name`` of a lead or deal: the person in one cell; ``company_name``: the company as
  text, where ``company`` is a link to a company record
- ``status``: where a lead stands, or Open, Won, Lost of a deal; ``stage``: the pipeline stage
- ``is_won``, ``is_closed``, ``is_converted``: flags; ``converted_company``, ``converted_contact``
  and ``converted_deal``: links to what a converted lead became
- ``probability``: in percent points; ``amount``, ``price``, ``cost``, ``annual_revenue``: numbers
- ``who`` of an activity or note: a person (contact or lead); ``what``: a company, deal or lead
- ``other_street`` to ``other_country``: the second address (shipping address of a company)
- ``company_type`` of a contact: Company or Person, in files that mix both
- ``line_*`` of a quotation: its order lines; rows without ``name`` continue the row above
- ``deleted``: the record was in the recycle bin when true: the row is to be skipped
- ``ignored``: a column left out on purpose, for the ``reason`` of its target
"""

ADDRESS = "street street2 city zip state country"
OTHER_ADDRESS = " ".join(f"other_{field}" for field in ADDRESS.split())
COMMON = "external_id owner tags create_date deleted ignored"
PERSON = (
    "first_name middle_name last_name title function department email email2 phone mobile "
    "phone_home phone_other fax website lang birthdate opt_out do_not_call source campaign"
)

# entity -> its fields
ENTITY_FIELDS = {
    "company": f"name parent ref phone phone_other mobile fax email email2 website vat industry "
    f"employees annual_revenue ownership rating type source status comment lang currency sic "
    f"year_founded ticker campaign opt_out team {ADDRESS} {OTHER_ADDRESS} {COMMON}",
    "contact": f"name company company_type ref vat reports_to comment status stage suffix "
    f"assistant assistant_phone email_bounced points industry employees annual_revenue {PERSON} "
    f"{ADDRESS} {OTHER_ADDRESS} {COMMON}",
    "lead": f"name company company_name contact contact_name contact_first_name contact_last_name "
    f"stage status rating industry employees annual_revenue amount currency probability product "
    f"medium team description is_converted date_converted converted_company converted_contact "
    f"converted_deal lost_reason priority next_step type date_open date_closed date_deadline "
    f"referred {PERSON} {ADDRESS} {OTHER_ADDRESS} {COMMON}",
    "deal": f"name company company_name contact contact_name contact_first_name contact_last_name "
    f"stage status pipeline probability amount currency product medium team description next_step "
    f"next_step_date type is_won is_closed date_open date_closed date_deadline date_won date_lost "
    f"lost_reason priority lead note {PERSON} {ADDRESS} {COMMON}",
    "activity": f"subject type date_due time_due date_start date_end duration done date_done note "
    f"status priority who what company contact deal lead location {COMMON}",
    "note": f"title body who what company contact deal lead {COMMON}",
    "product": f"name code barcode price cost currency category type description weight uom active "
    f"vendor stock {COMMON}",
    "user": f"name first_name last_name email login manager office team function phone mobile "
    f"active {COMMON}",
    "stage_history": f"deal stage stage_from date amount probability date_deadline {COMMON}",
    "mailing_contact": f"name company_name lists attributes status points social_facebook "
    f"social_twitter social_linkedin ip {PERSON} {ADDRESS} {COMMON}",
    "quotation": f"name company contact date_order date_validity payment_terms client_ref team "
    f"line_product line_description line_quantity line_price line_discount line_taxes amount "
    f"currency status note deal {COMMON}",
}  # fmt: skip
ENTITY_FIELDS = {entity: frozenset(fields.split()) for entity, fields in ENTITY_FIELDS.items()}

# field -> how its cells are read, ``text`` when absent
FIELD_PARSERS = {
    field: parser
    for parser, fields in {
        "emails": "email email2",
        "phone": "phone mobile phone_home phone_other fax assistant_phone",
        "url": "website",
        "tags": "tags lists",
        "multiline": "comment description note body line_description",
        "json": "attributes",
        "number": "amount price cost annual_revenue probability weight line_quantity line_price "
        "line_discount points stock",
        "integer": "employees year_founded",
        "boolean": "deleted is_won is_closed is_converted opt_out do_not_call done active",
        "date": "birthdate date_closed date_deadline date_due date_converted date_validity "
        "next_step_date",
        "datetime": "create_date date_open date_start date_end date_done date_won date_lost date "
        "date_order",
    }.items()
    for field in fields.split()
}

# field -> the entities it may point to
LINK_ENTITIES = {
    "parent": ("company",),
    "company": ("company",),
    "contact": ("contact",),
    "reports_to": ("contact",),
    "owner": ("user",),
    "manager": ("user",),
    "deal": ("deal",),
    "lead": ("lead",),
    "product": ("product",),
    "line_product": ("product",),
    "who": ("contact", "lead"),
    "what": ("company", "deal", "lead", "contact"),
    "converted_company": ("company",),
    "converted_contact": ("contact",),
    "converted_deal": ("deal",),
}

# entity -> label, for messages
ENTITIES = {
    "company": "Companies",
    "contact": "Contacts",
    "lead": "Leads",
    "deal": "Opportunities",
    "activity": "Activities",
    "note": "Notes",
    "product": "Products",
    "user": "Salespeople",
    "stage_history": "Stage history",
    "mailing_contact": "Mailing contacts",
    "quotation": "Quotations",
}
