-- a copy of the database takes nothing in by the webhooks of support
UPDATE crm_ticket_webhook SET active = false, secret = NULL, token = md5(random()::text || id);
