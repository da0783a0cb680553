-- a copy of the database sends nothing through the company's own gateways
UPDATE crm_sms_gateway SET active = false, secret = NULL, signature_secret = NULL, token = 'neutralized-' || id;
