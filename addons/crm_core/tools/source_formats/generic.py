# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files nobody can name: usual English and French titles."""

from .model import source_format

SOURCE = "generic"

COMMON = """
ID | Id | External ID | Identifiant | Réf. externe | Numéro | N° | No | Key = external_id
Owner | Assigned To | Salesperson | Sales Rep | Commercial | Vendeur | Responsable = owner by name
Propriétaire | Chargé d'affaires | Suivi par | Account Manager | Agent = owner by name
Tags | Tag | Labels | Étiquettes | Étiquette | Mots clés | Segment = tags
Created | Created On | Created At | Created Date | Creation Date | Create Date = create_date
Date de création | Créé le | Date d'ajout | Date added = create_date
Deleted | Supprimé = deleted
"""
ADDRESS = """
Street | Address | Address 1 | Address1 | Address Line 1 | Adresse | Adresse 1 | Rue = street
Street 2 | Street2 | Address 2 | Address2 | Address Line 2 | Adresse 2 | Complément = street2
Complément d'adresse | Adresse complémentaire | BP | Boîte postale = street2
City | Town | Ville | Commune | Localité = city
Zip | Zip Code | Zipcode | Postal Code | Postcode | Code postal | CP = zip
State | Province | Region | Région | Département = state
Country | Pays = country
"""
REACH = """
Email | E-mail | Mail | Email Address | E-mail Address | Courriel | Adresse e-mail = email
Adresse mail | Adresse email | Mél | Adresse électronique = email
Email 2 | E-mail 2 | Secondary Email | Autre e-mail = email2
Phone | Phone Number | Telephone | Tel | Tél | Téléphone | Téléphone fixe | Fixe = phone
Work Phone | Business Phone | Numéro de téléphone | N° de téléphone | Contact Number = phone
Mobile | Mobile Phone | Cell | Cell Phone | Portable | Téléphone portable | GSM = mobile
Téléphone mobile | Tél. portable | Tél. mobile | WhatsApp = mobile
Fax | Télécopie = fax
Website | Web Site | URL | Web | Homepage | Site web | Site internet | Site = website
Language | Langue = lang
"""
NAMES = """
First Name | Firstname | Given Name | Forename | Prénom = first_name
Last Name | Lastname | Surname | Family Name | Nom de famille = last_name
Title | Salutation | Civilité | Prefix = title
Job Title | Position | Job Position | Role | Fonction | Poste | Titre du poste | Métier = function
Department | Service = department
"""
FIGURES = """
Industry | Sector | Secteur | Secteur d'activité | Activité | Branche = industry
Employees | Number of Employees | Effectif | Effectifs | Nombre de salariés = employees
Headcount | Nombre d'employés | Nb employés | Nb salariés = employees
Annual Revenue | Revenue | Turnover | Chiffre d'affaires | CA = annual_revenue
"""
COMPANY_NAMES = """
Company | Company Name | Organization | Organisation | Account | Account Name = {target}
Société | Entreprise | Raison sociale | Nom de la société | Nom de l'entreprise = {target}
Customer | Client | Customer Name | Nom du client | Employer | Structure | Enseigne = {target}
"""
PEOPLE = """
Contact | Contact Name | Contact Person | Nom du contact | Interlocuteur = {target}
Full Name | Person | Nom complet | Nom et prénom | Prénom et nom = {target}
"""
ORIGIN = """
Source | Lead Source | Origin | Origine | Provenance = source
Campaign | Campagne = campaign
"""
COMMENTS = """
Comment | Comments | Notes | Note | Description | Remarks = {target}
Commentaire | Commentaires | Remarque | Remarques | Observations = {target}
"""

COMPANY = source_format(
    SOURCE,
    "company",
    COMMON
    + ADDRESS
    + REACH
    + FIGURES
    + ORIGIN
    + COMPANY_NAMES.format(target="name")
    + COMMENTS.format(target="comment")
    + """
Name | Nom = name
VAT | VAT Number | Tax ID | TVA | N° TVA | Numéro de TVA | TVA intracommunautaire = vat
NIF | NINEA | NCC | Compte contribuable | ICE | Matricule fiscal = vat
Reference | Référence | Code client | Customer Code | Code | SIRET | SIREN | RCCM = ref
Parent | Parent Company | Parent Account | Maison mère | Groupe = parent by name
Type = type
Status | Statut = status
""",
    "Company|Company Name|Organization|Société|Entreprise|Raison sociale|VAT|SIRET|Industry|Secteur"
    "|Account Name|Effectif|Chiffre d'affaires|Parent Company|Employees|NINEA",
    file_hints="companies company accounts clients customers societes entreprises",
)

CONTACT = source_format(
    SOURCE,
    "contact",
    COMMON
    + ADDRESS
    + REACH
    + NAMES
    + ORIGIN
    + COMPANY_NAMES.format(target="company by name")
    + PEOPLE.format(target="name")
    + COMMENTS.format(target="comment")
    + """
Name = name
Nom = last_name
Birthdate | Birthday | Date of Birth | Date de naissance | Anniversaire = birthdate
Opt Out | Unsubscribed | Désinscrit | Désabonné = opt_out
Status | Statut = status
Reference | Référence = ref
""",
    "First Name|Last Name|Firstname|Lastname|Prénom|Job Title|Fonction|Poste|Civilité|Surname"
    "|Full Name|Nom complet|Birthdate|Date de naissance|Email|Mobile|E-mail",
    file_hints="contacts contact people personnes",
)

OPPORTUNITY = (
    COMMON
    + ADDRESS
    + REACH
    + ORIGIN
    + COMPANY_NAMES.format(target="company_name")
    + COMMENTS.format(target="description")
    + """
First Name | Firstname | Prénom = contact_first_name
Last Name | Lastname | Surname = contact_last_name
Job Title | Position | Fonction | Poste = function
Salutation | Civilité = title
Stage | Étape | Phase | Sales Stage | Étape du pipeline = stage
Amount | Value | Deal Value | Montant | Valeur | Expected Revenue | Budget = amount
Revenu espéré | Chiffre d'affaires espéré | CA prévisionnel | Montant estimé = amount
Currency | Devise | Monnaie = currency
Probability | Probabilité | Probability (%) | Probabilité (%) = probability
Team | Sales Team | Équipe | Équipe commerciale = team
Product | Produit | Offre = product by name
Medium | Canal = medium
Lost Reason | Raison de la perte | Motif de perte | Motif = lost_reason
Priority | Priorité = priority
Next Step | Prochaine étape | Prochaine action = next_step
Type = type
Close Date | Expected Close Date | Closing Date | Date de clôture prévue = date_deadline
Échéance | Clôture prévue | Date de clôture prévisionnelle | Deadline = date_deadline
Date de clôture | Closed Date | Closed On | Clôturé le = date_closed
"""
)

LEAD = source_format(
    SOURCE,
    "lead",
    OPPORTUNITY
    + FIGURES
    + PEOPLE.format(target="contact_name")
    + """
Lead | Lead Name | Prospect | Piste | Subject | Sujet | Objet | Besoin = name
Name | Nom = contact_name
Status | Lead Status | Statut | État = status
Rating | Score = rating
Converted | Converti = is_converted
""",
    "Lead|Lead Name|Lead Status|Prospect|Piste|Lead Source|Provenance|Origine|Besoin|Converted"
    "|Lead Owner",
    file_hints="leads lead prospects pistes",
)

DEAL = source_format(
    SOURCE,
    "deal",
    OPPORTUNITY
    + PEOPLE.format(target="contact by name")
    + """
Deal | Deal Name | Deal Title | Opportunity | Opportunity Name | Opportunité | Affaire = name
Nom de l'opportunité | Nom de l'affaire | Project | Projet | Subject | Objet = name
Name | Nom | Title | Titre | Intitulé | Libellé = name
Status | Statut | État = status
Pipeline | Pipe = pipeline
Open Date | Opened | Date d'ouverture = date_open
Won | Gagné | Gagnée = is_won
Closed | Clôturé | Fermé = is_closed
""",
    "Deal|Deal Name|Opportunity|Opportunity Name|Opportunité|Affaire|Stage|Étape|Amount|Montant"
    "|Close Date|Closing Date|Probability|Probabilité|Pipeline|Deal Value|Date de clôture",
    file_hints="deals opportunities opportunites affaires pipeline",
)

ACTIVITY = source_format(
    SOURCE,
    "activity",
    COMMON
    + """
Subject | Task | Task Name | Sujet | Objet | Tâche | Activité | Activity = subject
Type | Activity Type | Task Type | Type d'activité = type
Due Date | Due | Date d'échéance | Échéance | À faire le = date_due
Start | Start Date | Date de début | Début = date_start
End | End Date | Date de fin | Fin = date_end
Done | Completed | Terminé | Fait = done
Status | Statut | État = status
Priority | Priorité = priority
Contact | Contact Name = contact by name
Company | Société | Entreprise | Account | Client = company by name
Deal | Opportunity | Opportunité | Affaire = deal by name
Note | Notes | Description | Comment | Comments | Commentaire = note
""",
    "Task|Task Name|Due Date|Tâche|Date d'échéance|Échéance|Activity|Activity Type|À faire le",
    file_hints="tasks activities taches activites calls meetings",
)

PRODUCT = source_format(
    SOURCE,
    "product",
    COMMON
    + """
Name | Product | Product Name | Produit | Nom du produit | Désignation | Article | Nom = name
Code | SKU | Reference | Référence | Product Code | Réf | Internal Reference = code
Barcode | EAN | Code-barres | Code barre = barcode
Price | Unit Price | Sales Price | List Price | Prix | Prix unitaire | Prix de vente | PU = price
Prix HT | Prix de vente HT | PU HT | Tarif = price
Cost | Cost Price | Coût | Prix d'achat | Prix de revient = cost
Currency | Devise = currency
Category | Family | Catégorie | Famille | Gamme = category
Type = type
Description = description
Weight | Poids = weight
Unit | UoM | Unité | Unité de mesure = uom
Active | Actif = active
""",
    "SKU|Price|Unit Price|Prix|Prix unitaire|Barcode|Product Code|Prix de vente|Désignation"
    "|Code-barres|Prix HT|Product Name|Tarif",
    file_hints="products produits articles catalogue tarif",
)

USER = source_format(
    SOURCE,
    "user",
    COMMON
    + """
Email | E-mail | Courriel | Adresse e-mail = email
Phone | Téléphone | Tél = phone
Mobile | Portable = mobile
Name | User | User Name | Sales Agent | Nom | Utilisateur | Nom du commercial = name
First Name | Prénom = first_name
Last Name = last_name
Login | Username | Identifiant de connexion = login
Manager | Responsable hiérarchique | Supérieur = manager by name
Office | Regional Office | Agence | Bureau = office
Team | Équipe = team
Active | Actif = active
""",
    "Login|Username|User Name|Sales Agent|Utilisateur|Regional Office|Manager",
    file_hints="users salespeople utilisateurs commerciaux vendeurs",
)

MAILING_CONTACT = source_format(
    SOURCE,
    "mailing_contact",
    COMMON
    + ADDRESS
    + REACH
    + NAMES
    + COMPANY_NAMES.format(target="company_name")
    + """
Name | Full Name | Nom complet = name
Nom = last_name
List | Lists | Mailing List | Liste | Listes | Liste de diffusion = lists
Status | Subscription Status | Statut = status
Opt Out | Unsubscribed | Désinscrit | Désabonné = opt_out
""",
    "Mailing List|List|Lists|Liste de diffusion|Liste|Subscription Status|Unsubscribed|Désabonné",
    file_hints="subscribers newsletter mailing abonnes",
)

FORMATS = [CONTACT, COMPANY, LEAD, DEAL, ACTIVITY, PRODUCT, USER, MAILING_CONTACT]
